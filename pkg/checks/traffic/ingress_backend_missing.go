package traffic

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// IngressBackendMissing finds Ingresses with a backend that does not exist.
var IngressBackendMissing = &audit.Check{
	ID: "ingress-backend-missing", Category: Category, Severity: api.High, Since: "v0.1.0", Urgency: api.Now,
	Field: "rules",
	Title: "Ingress backend Service or port does not exist",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.Services}},
	Judge: audit.Over(audit.Ingresses, ingressBackendMissing),
	Doc: audit.Doc{
		What: "A backend of an Ingress names a Service that does not exist in its namespace, or a port that the Service " +
			"does not have, by number or by name.",
		Why: "Requests to these hosts and paths always get a 503 or 404 from the ingress controller. It is easily " +
			"missed: the Ingress is accepted, has an address, and its other paths work. Some controllers reject the " +
			"whole Ingress, or fall back to a default backend that answers something else.",
		Fix: "kubectl describe ingress NAME shows each path with its backend and endpoints. Name a Service of the same " +
			"namespace, and the port of the Service, not that of the container. Remove rules that are no longer needed.",
		Limitations: "Resource backends, and backends that the AWS Load Balancer Controller reads from an annotation (port " +
			"name use-annotation), are not judged. The ports of an ExternalName Service need not be declared and are " +
			"not compared. Other custom resources that route traffic are not read.",
		References: []string{
			"https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource",
		},
	},
}

func ingressBackendMissing(p *audit.Pass, r *inventory.Route) audit.Verdict {
	var broken []brokenBackend
	judged, unread := false, ""
	for i := range r.Backends {
		b := &r.Backends[i]
		if b.Kind != "Service" || b.PortName == fromAnnotation {
			continue
		}
		judged = true
		if b.Service != nil && (b.Service.External || hasPort(b.Service, b)) {
			continue
		}
		if why := p.WhyIncomplete(b.Namespace, inventory.Services); b.Service == nil && why != "" {
			unread = why
			continue
		}
		broken = addBroken(broken, b)
	}
	if !judged {
		return audit.NotApplicable()
	}
	faults := make([]audit.Fault, len(broken))
	for i, b := range broken {
		faults[i] = b.fault(r)
	}
	return audit.FaultsUnless(unread, faults...)
}

// fromAnnotation is the port name with which the AWS Load Balancer Controller
// reads a backend from an annotation: the Service need not exist.
const fromAnnotation = "use-annotation"

func hasPort(s *inventory.Service, b *inventory.Backend) bool {
	return slices.ContainsFunc(s.Ports, func(p corev1.ServicePort) bool {
		return b.PortName != "" && p.Name == b.PortName || b.PortName == "" && p.Port == b.Port
	})
}

// brokenBackend is one fault of a route: many paths may have it.
type brokenBackend struct {
	*inventory.Backend
	paths []string
}

func addBroken(broken []brokenBackend, b *inventory.Backend) []brokenBackend {
	i := slices.IndexFunc(broken, func(other brokenBackend) bool {
		return other.Name == b.Name && (b.Service == nil || other.PortName == b.PortName && other.Port == b.Port)
	})
	if i < 0 {
		i, broken = len(broken), append(broken, brokenBackend{Backend: b})
	}
	broken[i].paths = append(broken[i].paths, startOf(b))
	return broken
}

// startOf names the host and path of a backend.
func startOf(b *inventory.Backend) string {
	return cmp.Or(b.Host+b.Path, "everything else")
}

func (b brokenBackend) fault(r *inventory.Route) audit.Fault {
	start := b.paths[0]
	if more := len(b.paths) - 1; more > 0 {
		start += fmt.Sprintf(" and %d more", more)
	}
	port := cmp.Or(b.PortName, strconv.Itoa(int(b.Port)))
	evidence := api.Evidence{"service": b.Name, "port": port, "paths": b.paths}
	describe := audit.Kubectl("describe").In(r.Namespace).On("ingress/" + r.Name)
	if b.Service == nil {
		return audit.Fault{
			Message:  fmt.Sprintf("Service %s does not exist: it is the backend of %s", b.Name, start),
			Evidence: evidence,
			Fix:      audit.Fix{Advice: "create Service " + b.Name + ", or change the path to one that exists", Command: describe},
		}
	}
	var ports []string
	for _, p := range b.Service.Ports {
		number := strconv.Itoa(int(p.Port))
		if p.Name != "" {
			number += " (" + p.Name + ")"
		}
		ports = append(ports, number)
	}
	evidence["servicePorts"] = ports
	has := "none"
	if len(ports) > 0 {
		has = strings.Join(ports, ", ")
	}
	return audit.Fault{
		Message:  fmt.Sprintf("Service %s has no port %s: it is the backend of %s, and has %s", b.Name, port, start, has),
		Evidence: evidence,
		Fix:      audit.Fix{Advice: "name a port that Service " + b.Name + " has", Command: describe},
	}
}
