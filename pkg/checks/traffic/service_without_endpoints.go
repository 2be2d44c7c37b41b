package traffic

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ServiceWithoutEndpoints finds Services without a serving endpoint.
var ServiceWithoutEndpoints = &audit.Check{
	ID: "service-without-endpoints", Category: Category, Severity: api.Critical, Since: "v0.1.0", Live: true,
	Title: "Service has no ready endpoints",
	Reads: audit.Reads{
		Needs:    append([]inventory.Resource{inventory.Pods, inventory.EndpointSlices}, inventory.Controllers...),
		Optional: []inventory.Resource{inventory.HorizontalPodAutoscalers, inventory.Nodes},
	},
	Options:  []audit.Option{endpointGrace},
	Explains: []string{"service-selects-nothing"},
	Judge:    audit.Over(audit.Services, serviceWithoutEndpoints),
	Doc: audit.Doc{
		What: "A Service with a selector has no serving endpoint: none of its pods is ready. Critical if it had " +
			"endpoints before; medium if the slices have been empty since they were created, or if it only serves " +
			"metrics. If every workload that it selects is scaled to 0: info if an autoscaler that may scale to zero, " +
			"or the custom resource that owns the workload or the Service, keeps it there, otherwise high. Pods first " +
			"get 2 minutes to become ready, and the time that their startup probes allow. With --observe, also high if " +
			"no endpoint served for a second or longer of that time, although one does now.",
		Why: "Every connection to it is refused or times out (\"no endpoints available for service\"), and an Ingress " +
			"answers 503. Clients see errors although the Service exists, its name resolves and its pods may even be " +
			"Running.",
		Fix: "Look at the pods that it selects: if there are none, compare its selector with the labels in the pod " +
			"template; if they are not ready, check their readiness probes and Events. If they are ready and the " +
			"EndpointSlices do not list them, check the controller that writes the slices, which is part of " +
			"kube-controller-manager, and the IP families of the Service and of the pods.",
		Limitations: "Services without a selector, whose endpoints somebody else writes, and ExternalName Services are " +
			"not judged. A Service that is empty on purpose, such as one for a leader that does not exist yet, is " +
			"flagged. Without --observe, a short moment without endpoints looks like a lasting state.",
		References: []string{
			"https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
			"https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/",
		},
	},
}

var endpointGrace = audit.Duration("grace", 2*time.Minute, "how long new pods and Services have before they are judged")

func serviceWithoutEndpoints(p *audit.Pass, s *inventory.Service) audit.Verdict {
	if !selects(s) {
		return audit.NotApplicable()
	}
	pods := slices.DeleteFunc(slices.Clone(s.Pods), func(pod *inventory.Pod) bool { return pod.Deleting() })
	if len(s.Slices) == 0 {
		// The controller writes a slice for every Service, even an empty one.
		// Without any, only the pods themselves show the state.
		if len(pods) == 0 {
			return audit.Unknown("no EndpointSlice and no pod of " + s.Name + " was read")
		}
		if slices.ContainsFunc(pods, func(pod *inventory.Pod) bool { return pod.Ready.Is(corev1.ConditionTrue) }) {
			return audit.Faults()
		}
		if why := p.WhyIncomplete(s.Namespace, inventory.Pods, inventory.EndpointSlices); why != "" {
			return audit.Unknown(why)
		}
		if slices.ContainsFunc(pods, func(pod *inventory.Pod) bool { return pod.Phase == "" }) {
			return audit.Unknown("a pod without a status does not show whether it is ready")
		}
	}
	if s.Serving() > 0 {
		return audit.Faults(momentWithoutEndpoint(p, s)...)
	}
	justReady := slices.ContainsFunc(pods, func(pod *inventory.Pod) bool {
		return pod.Ready.Is(corev1.ConditionTrue) && p.Within(pod.Ready.Since, endpointGrace.In(p))
	})
	if justReady || starting(p, pods) || p.Within(s.Created, endpointGrace.In(p)) {
		return audit.NotApplicable()
	}
	return audit.Faults(emptyService(p, s, pods))
}

// starting reports whether all pods are new, or within the time that their
// startup probes allow.
func starting(p *audit.Pass, pods []*inventory.Pod) bool {
	return len(pods) > 0 && !slices.ContainsFunc(pods, func(pod *inventory.Pod) bool {
		return !p.Within(pod.Created, endpointGrace.In(p)) && !slices.ContainsFunc(pod.Containers, func(c inventory.Container) bool {
			return pod.Starting(&c, p.Now)
		})
	})
}
