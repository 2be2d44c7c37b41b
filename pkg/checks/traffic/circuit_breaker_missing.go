package traffic

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// CircuitBreakerMissing finds Services whose mesh could break circuits but is not
// configured to.
var CircuitBreakerMissing = &audit.Check{
	ID: "circuit-breaker-missing", Category: Category, Severity: api.Info, Since: "v0.1.0", Urgency: api.Later,
	Title: "Service in a mesh has no circuit breaker (outlier detection)",
	Reads: audit.Reads{
		Needs:    []inventory.Resource{inventory.Pods},
		Optional: []inventory.Resource{inventory.HTTPRoutes, inventory.DestinationRules, inventory.BackendTrafficPolicies},
	},
	Judge: audit.Over(audit.Services, circuitBreakerMissing),
	Doc: audit.Doc{
		What: "A Service is in a mesh that supports circuit breaking, and none is configured: in Istio (pods with " +
			"istio-proxy), the DestinationRule with the most specific host for the Service sets no outlierDetection, " +
			"or there is none; in Linkerd (linkerd-proxy), the Service has no annotation " +
			"balancer.linkerd.io/failure-accrual; behind Envoy Gateway, the BackendTrafficPolicies of its HTTPRoutes " +
			"and their Gateways set neither circuitBreaker nor a passive healthCheck. Other Services are not judged.",
		Why: "An endpoint that answers every request with an error, or not at all, keeps its share of the traffic as " +
			"long as its readiness probe succeeds. Callers wait, retry and queue, until they fail as well: the failure " +
			"of one pod spreads through the system. A circuit breaker removes the endpoint after a few errors and " +
			"tries it again later.",
		Fix: "Begin with mild values: eject an endpoint after 5 errors in a row, for 30 seconds, and never more than " +
			"half of the endpoints; otherwise a fault that all of them share would leave none. Check whether clients " +
			"rely on answers such as 503.",
		Limitations: "Meshes are recognized by the sidecars in the pods: Istio in ambient mode, Cilium and others are " +
			"not seen. Istio treats a host with dots as complete, so a DestinationRule for \"cart.shop\" does not " +
			"apply to the Service; exportTo and subsets are not examined. Policies that select their targets by label " +
			"are not read. Circuit breakers inside the program (resilience4j, Polly, …) are not seen.",
		References: []string{
			"https://istio.io/latest/docs/tasks/traffic-management/circuit-breaking/",
			"https://linkerd.io/2/tasks/circuit-breakers/",
			"https://gateway.envoyproxy.io/docs/tasks/traffic/circuit-breaker/",
		},
	},
}

func circuitBreakerMissing(p *audit.Pass, s *inventory.Service) audit.Verdict {
	gateway := gatewayPolicies(s)
	istio, linkerd := meshesOf(s)
	switch {
	case !istio && !linkerd && len(gateway) == 0:
		return audit.NotApplicable()
	case s.BreaksCircuits || breaksCircuits(s.Policies) || breaksCircuits(gateway):
		return audit.Faults()
	case linkerd:
		return audit.Faults(noFailureAccrual(s))
	case istio:
		return noOutlierDetection(p, s)
	}
	return audit.Faults(audit.Fault{
		Message:  fmt.Sprintf("BackendTrafficPolicy %s sets no circuit breaker: a failing pod keeps its traffic", gateway[0].Name),
		Evidence: api.Evidence{"mesh": "Envoy Gateway", "policies": objectNames(gateway)},
		Fix: remedy.Custom(&gateway[0].Object, envoyPolicies, "let the gateway limit the requests that wait for a slow backend",
			`{"spec":{"circuitBreaker":{"maxConnections":1024,"maxPendingRequests":100,"maxParallelRequests":1024}}}`),
	})
}

// meshesOf recognizes by their sidecars which meshes a Service is in.
func meshesOf(s *inventory.Service) (istio, linkerd bool) {
	for _, t := range podTemplates(s) {
		istio = istio || hasSidecar(t, istioProxy)
		linkerd = linkerd || hasSidecar(t, linkerdProxy)
	}
	return istio, linkerd
}

// envoyPolicies names the policies of Envoy Gateway for kubectl.
const envoyPolicies = "backendtrafficpolicies.gateway.envoyproxy.io"

// gatewayPolicies returns the policies that Envoy Gateway applies to a Service's
// traffic.
func gatewayPolicies(s *inventory.Service) []*inventory.TrafficPolicy {
	var policies []*inventory.TrafficPolicy
	for _, r := range s.Routes {
		policies = append(policies, r.Policies...)
	}
	return policies
}

func breaksCircuits(policies []*inventory.TrafficPolicy) bool {
	return slices.ContainsFunc(policies, func(policy *inventory.TrafficPolicy) bool { return policy.BreaksCircuits })
}

func objectNames(policies []*inventory.TrafficPolicy) []string {
	names := make([]string, len(policies))
	for i, policy := range policies {
		names[i] = policy.Namespace + "/" + policy.Name
	}
	return names
}

func noFailureAccrual(s *inventory.Service) audit.Fault {
	return audit.Fault{
		Message:  "in Linkerd's mesh without failure accrual: a failing pod keeps its traffic",
		Evidence: api.Evidence{"mesh": "Linkerd"},
		Fix: audit.Fix{
			Advice:  "let Linkerd eject endpoints that fail repeatedly",
			Command: audit.Kubectl("annotate").In(s.Namespace).On("service/"+s.Name, "balancer.linkerd.io/failure-accrual=consecutive"),
		},
	}
}

func noOutlierDetection(p *audit.Pass, s *inventory.Service) audit.Verdict {
	const advice = "let Istio eject endpoints that fail repeatedly"
	ownRule := audit.Fix{Advice: advice + ", with a DestinationRule for host " + s.Name + "." + s.Namespace +
		".svc.cluster.local and trafficPolicy.outlierDetection: {consecutive5xxErrors: 5, maxEjectionPercent: 50}"}
	evidence := api.Evidence{"mesh": "Istio", "policies": objectNames(s.Policies)}
	if len(s.Policies) > 0 {
		rule, fix := s.Policies[0], ownRule
		// A rule for many Services is not changed because of one.
		if !strings.HasPrefix(rule.Hosts[0], "*") {
			fix = remedy.Custom(&rule.Object, "destinationrules.networking.istio.io", advice,
				`{"spec":{"trafficPolicy":{"outlierDetection":{"consecutive5xxErrors":5,"baseEjectionTime":"30s","maxEjectionPercent":50}}}}`)
		}
		return audit.Faults(audit.Fault{
			Message:  "DestinationRule " + rule.Name + " sets no outlierDetection: a failing pod keeps its traffic",
			Evidence: evidence, Fix: fix,
		})
	}
	// A rule of any namespace may apply to it.
	if why := p.WhyIncomplete("", inventory.DestinationRules); why != "" {
		return audit.Unknown(why)
	}
	return audit.Faults(audit.Fault{
		Message:  "in Istio's mesh without a DestinationRule: a failing pod keeps its traffic",
		Evidence: evidence, Fix: ownRule,
	})
}
