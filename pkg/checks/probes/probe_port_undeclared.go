package probes

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ProbePortUndeclared finds probes of ports that the pod does not speak of.
var ProbePortUndeclared = &audit.Check{
	ID: "probe-port-undeclared", Category: Category, Severity: report.Low, Since: "v0.1.0", Urgency: report.Now,
	Title: "A probe asks at a port that nobody declares",
	Judge: audit.Workloads(probePortUndeclared),
	Doc: audit.Doc{
		What: "A probe of a container or native sidecar asks at a named port that this container does not declare, or at a " +
			"number that differs from all ports that the containers of the pod declare. A pod that declares no port at all " +
			"is not asked for numbers.",
		Why: "The kubelet looks a name up among the ports of the probe's own container: one that is not there lets the probe " +
			"fail for ever, and the container never becomes ready, or is killed again and again. A number works if the " +
			"program listens there. Mostly, though, the port was changed in one place and not in the other, and nobody sees " +
			"it until the rollout hangs.",
		Fix: "Declare the port under a name, and let the probe and the Service use that name: then it is changed in one place. " +
			"If the probe has the old number, correct the probe instead.",
		Blind: "Declaring a port opens nothing: whether the program listens there is not known. Probes of another host, and " +
			"those that Istio leads through its sidecar, are left out.",
		References: []string{
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port",
			"https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
		},
	},
}

func probePortUndeclared(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	return eachLongRunning(w, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		for _, k := range []inventory.ProbeKind{inventory.Liveness, inventory.Readiness, inventory.Startup} {
			probe := probeOf(c, k)
			if probe == nil {
				continue
			}
			if port := askedPort(probe); port != nil && !declared(t, c, *port) {
				return undeclared(w, t, c, k, *port)
			}
		}
		return nil
	})
}

// rewritten is how the path begins that Istio gives to a probe which it leads
// through its sidecar, to a port that no container declares.
const rewritten = "/app-health/"

// askedPort is the port of its own pod at which a probe asks, nil without one.
func askedPort(p *corev1.Probe) *intstr.IntOrString {
	switch {
	case p.HTTPGet != nil && p.HTTPGet.Host == "" && !strings.HasPrefix(p.HTTPGet.Path, rewritten):
		return &p.HTTPGet.Port
	case p.TCPSocket != nil && p.TCPSocket.Host == "":
		return &p.TCPSocket.Port
	case p.GRPC != nil:
		port := intstr.FromInt32(p.GRPC.Port)
		return &port
	}
	return nil
}

func declared(t *inventory.Template, c *corev1.Container, port intstr.IntOrString) bool {
	if port.Type == intstr.String {
		return slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.Name == port.StrVal })
	}
	any := false
	for _, containers := range [][]corev1.Container{t.Spec.InitContainers, t.Spec.Containers} {
		for i := range containers {
			for j := range containers[i].Ports {
				any = true
				if containers[i].Ports[j].ContainerPort == port.IntVal {
					return true
				}
			}
		}
	}
	return !any
}

func undeclared(w *inventory.Workload, t *inventory.Template, c *corev1.Container, k inventory.ProbeKind, port intstr.IntOrString) *audit.Fault {
	facts := evidenceOf(t, c)
	facts["probe"], facts["port"] = string(k), port.String()
	fault := &audit.Fault{
		Container: c.Name, Evidence: facts,
		Message: fmt.Sprintf("%s probe asks at port %s, which no container of the pod declares", k, port.String()),
	}
	entry := remedy.Fields{"containerPort": port.IntVal}
	if port.Type == intstr.String {
		fault.Message = fmt.Sprintf("%s probe asks at port %s, which the container does not declare: it cannot succeed", k, port.String())
		entry = remedy.Fields{"name": port.StrVal, "containerPort": "PORT"}
	}
	fault.Fix = remedy.Container(w, t, c.Name, "declare the port, or correct the probe",
		remedy.Fields{"ports": []remedy.Fields{entry}})
	return fault
}
