package traffic

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ServiceWithoutEndpoints finds Services that lead nowhere.
var ServiceWithoutEndpoints = &audit.Check{
	ID: "service-without-endpoints", Category: Category, Severity: report.Critical, Since: "v0.1.0", Live: true,
	Title:   "A Service has no endpoint that can take traffic",
	Needs:   append([]inventory.Resource{inventory.Pods, inventory.EndpointSlices}, inventory.Controllers...),
	Options: []audit.Option{endpointGrace},
	Judge:   audit.Services(serviceWithoutEndpoints),
	Doc: audit.Doc{
		What: "A Service with a selector has no serving endpoint, that is, none whose pod is ready. High instead of " +
			"critical when every workload that it selects is scaled to 0. Pods get 2 minutes to become ready first.",
		Why: "Every connection to it is refused or times out, now. Clients see errors although the Service exists, its " +
			"name resolves and its pods may even be Running.",
		Fix: "Look at the pods that it selects: if there are none, compare its selector with the labels in the pod " +
			"template; if they are not ready, look at their readiness probes and events.",
		Blind: "Services without a selector, whose endpoints somebody else writes, and ExternalName Services are not " +
			"judged. A Service that is empty on purpose, such as one for a leader that does not exist yet, is flagged. " +
			"A moment between two states is taken for the state.",
		References: []string{
			"https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
			"https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/",
		},
	},
}

var endpointGrace = audit.Duration("grace", 2*time.Minute, "what new pods and Services get before they are judged")

func serviceWithoutEndpoints(p *audit.Pass, s *inventory.Service) audit.Verdict {
	if !selects(s) {
		return audit.NotApplicable()
	}
	pods := slices.DeleteFunc(slices.Clone(s.Pods), func(pod *inventory.Pod) bool { return pod.Deleting() })
	if len(s.Slices) == 0 {
		// The controller writes a slice for every Service, be it an empty one.
		// Without any, only the pods themselves can tell.
		if len(pods) == 0 {
			return audit.Unknown("no EndpointSlice and no pod of " + s.Name + " was read")
		}
		if slices.ContainsFunc(pods, func(pod *inventory.Pod) bool { return pod.Ready.Is(corev1.ConditionTrue) }) {
			return audit.Faults()
		}
	}
	if s.Serving() > 0 {
		return audit.Faults()
	}
	starting := len(pods) > 0 && !slices.ContainsFunc(pods, func(pod *inventory.Pod) bool {
		return !p.Within(pod.Created, endpointGrace.In(p))
	})
	if starting || p.Within(s.Created, endpointGrace.In(p)) {
		return audit.NotApplicable()
	}
	return audit.Faults(emptyService(s, pods))
}

func emptyService(s *inventory.Service, pods []*inventory.Pod) audit.Fault {
	evidence := report.Evidence{"pods": len(pods), "endpoints": s.EndpointCount()}
	if len(pods) > 0 {
		return audit.Fault{
			Pods:     pods,
			Message:  fmt.Sprintf("no serving endpoint: %s", notReady(pods)),
			Evidence: evidence, Since: lastServed(pods),
			Fix: audit.Fix{
				Advice:  "see why its pods are not ready",
				Command: audit.Kubectl("describe", "pods").In(s.Namespace).Flag("-l", selectorText(s)),
			},
		}
	}
	if len(s.Workloads) > 0 && !slices.ContainsFunc(s.Workloads, func(w *inventory.Workload) bool {
		return w.Replicas == nil || *w.Replicas > 0
	}) {
		w := s.Workloads[0]
		evidence["scaledToZero"] = true
		return audit.Fault{
			Severity: report.High,
			Message:  fmt.Sprintf("no endpoint: %s %s is scaled to 0", w.Kind, w.Name),
			Evidence: evidence,
			Fix: audit.Fix{
				Advice:  "scale it up, or delete the Service",
				Command: audit.Kubectl("scale").In(w.Namespace).On(strings.ToLower(w.Kind) + "/" + w.Name).With("--replicas=REPLICAS"),
			},
		}
	}
	message := "no endpoint: its selector " + selectorText(s) + " matches no pod"
	if len(s.Workloads) > 0 {
		message = fmt.Sprintf("no endpoint: %s %s has no pods", s.Workloads[0].Kind, s.Workloads[0].Name)
	}
	return audit.Fault{
		Message: message, Evidence: evidence,
		Fix: audit.Fix{
			Advice:  "compare the selector with the labels of the pods it should find",
			Command: audit.Kubectl("get", "pods").In(s.Namespace).With("--show-labels"),
		},
	}
}

func notReady(pods []*inventory.Pod) string {
	if len(pods) == 1 {
		return "its only pod is not ready"
	}
	return fmt.Sprintf("none of its %d pods is ready", len(pods))
}

// lastServed is when the last of the pods lost its readiness; zero when the
// pods' conditions do not say.
func lastServed(pods []*inventory.Pod) time.Time {
	var last time.Time
	for _, pod := range pods {
		if pod.Ready.Since.After(last) {
			last = pod.Ready.Since
		}
	}
	return last
}
