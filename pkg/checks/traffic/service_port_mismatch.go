package traffic

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ServicePortMismatch finds Services whose target port their pods do not declare.
var ServicePortMismatch = &audit.Check{
	ID: "service-port-mismatch", Category: Category, Severity: api.High, Since: "v0.1.0", Urgency: api.Now,
	Field: "ports",
	Title: "Service targetPort names a port that no pod declares",
	Reads: audit.Reads{Needs: append([]inventory.Resource{inventory.Pods}, inventory.Controllers...)},
	Judge: audit.Over(audit.Services, servicePortMismatch),
	Doc: audit.Doc{
		What: "The targetPort of a Service is a name, and no container or native sidecar of any pod that it selects " +
			"declares a port of that name and protocol. If no pod runs, the workload's template is judged. Low for a " +
			"headless Service, whose clients choose the port themselves unless they look it up in DNS (SRV).",
		Why: "Kubernetes looks the name up in each pod. If it is missing, the pod is not an endpoint for that port: " +
			"every connection is refused, although the Service exists, its pods are ready and its endpoints are listed.",
		Fix: "Write the name exactly as the container declares it, or declare the port in the container. A number as " +
			"targetPort works without a declaration.",
		Limitations: "A number is not compared with the ports of containers, because they need not declare any. Whether the " +
			"program listens on the port is not known. If only some of the selected pods declare the name, the others " +
			"get no traffic, and nothing is flagged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
		},
	},
}

func servicePortMismatch(_ *audit.Pass, s *inventory.Service) audit.Verdict {
	if !selects(s) || len(s.Workloads) == 0 || !slices.ContainsFunc(s.Ports, isNamed) {
		return audit.NotApplicable()
	}
	selected := templatesBehind(s)
	if len(selected) == 0 {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	for i := range s.Ports {
		if port := &s.Ports[i]; isNamed(*port) && !declared(selected, port) {
			faults = append(faults, portMismatch(s, port, selected))
		}
	}
	if len(faults) > 0 && len(s.Makers) > 0 {
		return audit.Unknown(fmt.Sprintf("the ports of the pods that %s %s makes are not known", s.Makers[0].Kind, s.Makers[0].Name))
	}
	return audit.Faults(faults...)
}

func isNamed(p corev1.ServicePort) bool {
	return p.TargetPort.Type == intstr.String && p.TargetPort.StrVal != ""
}

// templatesBehind returns the pod specs behind a Service, or those that would be
// if pods ran.
func templatesBehind(s *inventory.Service) []*inventory.Template {
	templates := podTemplates(s)
	for _, w := range s.Workloads {
		if len(w.Judged()) == 0 && len(w.Templates) > 0 {
			templates = append(templates, w.Templates[0])
		}
	}
	return templates
}

func declared(templates []*inventory.Template, port *corev1.ServicePort) bool {
	return slices.ContainsFunc(templates, func(t *inventory.Template) bool {
		return slices.ContainsFunc(t.LongRunning(), func(c *corev1.Container) bool {
			return slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool {
				return p.Name == port.TargetPort.StrVal && protocol(p.Protocol) == protocol(port.Protocol)
			})
		})
	})
}

func protocol(p corev1.Protocol) corev1.Protocol { return cmp.Or(p, corev1.ProtocolTCP) }

func portMismatch(s *inventory.Service, port *corev1.ServicePort, templates []*inventory.Template) audit.Fault {
	candidates := portsLike(port, templates)
	they := "they declare none"
	if len(candidates) > 0 {
		they = "they declare " + strings.Join(candidates, ", ")
	}
	var severity api.Severity
	if s.Headless {
		severity = api.Low
	}
	return audit.Fault{
		Severity: severity,
		Message: fmt.Sprintf("targetPort of port %d is %q, a port that none of its pods declares: %s",
			port.Port, port.TargetPort.StrVal, they),
		Evidence: api.Evidence{
			"port": int(port.Port), "targetPort": port.TargetPort.StrVal, "declared": candidates,
		},
		Fix: renameTarget(s, port, candidates),
	}
}

// portsLike returns the ports of the Service port's protocol that the pods
// declare, by name or else by number.
func portsLike(port *corev1.ServicePort, templates []*inventory.Template) []string {
	var ports []string
	for _, t := range templates {
		for _, c := range t.LongRunning() {
			for _, p := range c.Ports {
				name := cmp.Or(p.Name, strconv.Itoa(int(p.ContainerPort)))
				if protocol(p.Protocol) == protocol(port.Protocol) && !slices.Contains(ports, name) {
					ports = append(ports, name)
				}
			}
		}
	}
	return ports
}

// renameTarget names the only possible port, if there is one.
func renameTarget(s *inventory.Service, port *corev1.ServicePort, candidates []string) audit.Fix {
	const advice = "point it to a port that its pods declare"
	alike := func(p corev1.ServicePort) bool { return p.Port == port.Port && p.Name != port.Name }
	if slices.ContainsFunc(s.Ports, alike) {
		// A patch identifies ports by their number alone.
		return audit.Fix{Advice: advice}
	}
	target := intstr.FromString("TARGETPORT")
	if len(candidates) == 1 {
		target = intstr.Parse(candidates[0])
	}
	return remedy.Object(&s.Object, advice,
		remedy.Fields{"ports": []remedy.Fields{{"port": port.Port, "targetPort": target}}})
}
