package traffic

import (
	"fmt"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ServiceEndpointsPartial finds Services of which many pods receive no traffic.
var ServiceEndpointsPartial = &audit.Check{
	ID: "service-endpoints-partial", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true,
	Title: "Many endpoints of a Service are not ready",
	Reads: audit.Reads{
		Needs:    []inventory.Resource{inventory.Pods, inventory.EndpointSlices},
		Optional: append([]inventory.Resource{inventory.Nodes}, inventory.Controllers...),
	},
	Options:  []audit.Option{partialShare, partialGrace},
	Explains: []string{"service-single-endpoint"},
	Judge:    audit.Over(audit.Services, serviceEndpointsPartial),
	Doc: audit.Doc{
		What: "More than 25% of a Service's endpoints have not been serving for 15 minutes: their pods exist and are " +
			"not ready; at least one other serves. A pod that is still within the time that its startup probe allows " +
			"is not counted. A Service is not flagged while as many endpoints serve as the workloads ask for: a " +
			"rollout adds pods to those.",
		Why: "The remaining pods carry the whole load. Nobody notices as long as traffic is low, because every request " +
			"is answered; at the next peak, or when one more pod fails, the rest is overloaded and fails as well.",
		Fix: "Look at the pods that are not ready: their Events name the probe and its result. If all of them are on " +
			"one node, check the node; if all are of one revision, roll it back (kubectl rollout undo).",
		Limitations: "Pods that could not be placed or wait for their address are not endpoints yet; pod-pending " +
			"reports them. A Service on which only a leader is ready by design is flagged. Services that publish pods " +
			"that are not ready, that have no selector, or whose endpoints somebody else writes are not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions",
			"https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
		},
	},
}

var (
	partialShare = audit.Percent("share", 25, "share of endpoints that may be out of service")
	partialGrace = audit.Duration("grace", 15*time.Minute, "how long an endpoint may be out of service")
)

func serviceEndpointsPartial(p *audit.Pass, s *inventory.Service) audit.Verdict {
	if !selects(s) || s.PublishesNotReady || s.MetricsOnly || !controllerWrites(s) || s.Serving() == 0 {
		return audit.NotApplicable()
	}
	all := endpointsOf(s)
	if n, known := wanted(s); known && all.serving >= n {
		return audit.Faults()
	}
	down := outOfService(p, all.idle)
	tolerated := tolerable(partialShare.In(p), all.count())
	if len(down) <= tolerated {
		return audit.Faults()
	}
	last := down[len(down)-1]
	fix := remedy.Describe(&down[0].Object, "find out why its pods are not ready")
	var but string
	if _, dead, found := deadNodes(p, down); found {
		but, fix = "; their nodes are not ready", dead
	} else if ready := unlisted(p, s); len(ready) > 0 {
		but, fix = whyNotListed(s, ready)
		but = "; " + but
	}
	return audit.Faults(audit.Fault{
		Pods: down,
		Message: fmt.Sprintf("%d of %d endpoints not serving for at least %s",
			len(down), all.count(), p.Age(idleSince(last))) + but,
		Evidence: api.Evidence{
			"serving": all.serving, "endpoints": all.count(), "notServing": len(down),
		},
		Since: idleSince(down[tolerated]),
		Fix:   fix,
	})
}

// outOfService returns the pods that are not expected to be ready soon, the first
// to drop out first.
func outOfService(p *audit.Pass, idle []*inventory.Pod) []*inventory.Pod {
	var down []*inventory.Pod
	for _, pod := range idle {
		_, budget := readinessBudget(pod.Template)
		if !p.Within(idleSince(pod), partialGrace.In(p)) && !p.Within(pod.Created, budget) {
			down = append(down, pod)
		}
	}
	slices.SortStableFunc(down, func(a, b *inventory.Pod) int { return idleSince(a).Compare(idleSince(b)) })
	return down
}

// tolerable is the largest number within the share.
func tolerable(percent, of int) int { return percent * of / 100 }
