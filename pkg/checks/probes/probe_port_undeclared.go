package probes

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ProbePortUndeclared finds probes of port names that do not exist.
var ProbePortUndeclared = &audit.Check{
	ID: "probe-port-undeclared", Category: Category, Severity: api.High, Since: "v0.1.0", Urgency: api.Now,
	Title: "Probe uses a port name that its container does not declare",
	Judge: audit.Over(audit.Workloads, probePortUndeclared),
	Doc: audit.Doc{
		What: "A probe of a container or native sidecar uses a port name that this container does not declare. A port " +
			"number is never flagged: declaring a port opens nothing.",
		Why: "The kubelet looks the name up among the ports of the probe's own container. An undeclared name never " +
			"resolves, so the probe never runs. With a readiness or startup probe the pod never becomes ready, and " +
			"each rollout hangs; a liveness probe never restarts anything. The container is not killed for it, and " +
			"only the probe's Events show the cause.",
		Fix:         "Declare the port under this name, or correct the name in the probe.",
		Limitations: "Whether the program listens on the port is not known.",
		References: []string{
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port",
			"https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
		},
	},
}

func probePortUndeclared(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	return eachLongRunning(w, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		for _, k := range []inventory.ProbeKind{inventory.Readiness, inventory.Startup, inventory.Liveness} {
			name := portName(termination.ProbeOf(c, k))
			if name != "" && !slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.Name == name }) {
				return undeclared(w, t, c, k, name)
			}
		}
		return nil
	})
}

// portName is the name of the port that a probe uses, empty for a number.
func portName(p *corev1.Probe) string {
	var port intstr.IntOrString
	switch {
	case p == nil:
	case p.HTTPGet != nil:
		port = p.HTTPGet.Port
	case p.TCPSocket != nil:
		port = p.TCPSocket.Port
	}
	return port.StrVal
}

// effects are the consequences of a probe that never runs.
var effects = map[inventory.ProbeKind]string{
	inventory.Readiness: "the pod never becomes ready",
	inventory.Startup:   "the container never counts as started, and the pod never becomes ready",
	inventory.Liveness:  "the probe never runs, and a container that hangs is not restarted",
}

func undeclared(w *inventory.Workload, t *inventory.Template, c *corev1.Container, k inventory.ProbeKind, port string) *audit.Fault {
	facts := evidenceOf(t, c)
	facts["probe"], facts["port"] = string(k), port
	return &audit.Fault{
		Container: c.Name, Evidence: facts,
		Message: fmt.Sprintf("%s probe uses port %s, which the container does not declare: %s", k, port, effects[k]),
		Fix: remedy.Container(w, t, c.Name, "declare the port, or correct its name in the probe",
			remedy.Fields{"ports": []remedy.Fields{{"name": port, "containerPort": "PORT"}}}),
	}
}
