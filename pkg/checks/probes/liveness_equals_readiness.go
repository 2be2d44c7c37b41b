package probes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// LivenessEqualsReadiness finds containers that are killed when no traffic for a
// while would be enough.
var LivenessEqualsReadiness = &audit.Check{
	ID: "liveness-equals-readiness", Category: Category, Severity: api.Medium, Since: "v0.1.0",
	Field: "livenessProbe",
	Title: "Liveness probe is the same as the readiness probe",
	Judge: audit.Over(audit.Workloads, livenessEqualsReadiness),
	Doc: audit.Doc{
		What: "The liveness and the readiness probe of a container or native sidecar make the same request: the same " +
			"path, port, command or gRPC service. And liveness does not wait longer: its period times failureThreshold " +
			"is at most that of readiness, and its timeout is no longer.",
		Why: "A pod that is not ready gets no new requests, and recovers when it has finished the current ones. But " +
			"when both probes fail at the same moment, the kubelet kills the container: it drops all requests in " +
			"flight and restarts with cold caches, slower than before. Under load this hits one replica after the " +
			"other, until a slow service is an outage.",
		Fix: "Let liveness check only that the process can still answer, on a path that depends on nothing else, and " +
			"let readiness check that it can do its work. If there is only one path, give liveness much more time: at " +
			"least three times the period times failureThreshold of readiness. No liveness probe at all is better than " +
			"one that kills under load.",
		Limitations: "Two paths may run the same code, and one path may treat the two probes differently because of a " +
			"header. A probe that only connects to the port rarely fails under load. Whether a restart would help is " +
			"not known.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

func livenessEqualsReadiness(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	return eachLongRunning(w, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		live, ready := c.LivenessProbe, c.ReadinessProbe
		if live == nil || ready == nil || detection(live) > detection(ready) || live.TimeoutSeconds > ready.TimeoutSeconds ||
			!asksTheSame(c, live, ready) {
			return nil
		}
		facts := evidenceOf(t, c)
		facts["livenessSeconds"], facts["readinessSeconds"] = int(detection(live).Seconds()), int(detection(ready).Seconds())
		// Three times as long; a person may still want to raise it.
		patience := failuresIn(3*detection(ready), live.PeriodSeconds)
		return &audit.Fault{
			Container: c.Name, Evidence: facts,
			Message: fmt.Sprintf("liveness and readiness probe are the same (%s): liveness kills after %s, readiness fails after %s",
				question(live), amount.Duration(detection(live)), amount.Duration(detection(ready))),
			Fix: remedy.Container(w, t, c.Name, "let liveness check less, or at least wait longer",
				remedy.Fields{"livenessProbe": remedy.Fields{"failureThreshold": patience}}),
		}
	})
}

// asksTheSame compares two probes of a container as they would run: a port name
// equals the number of that port.
func asksTheSame(c *corev1.Container, a, b *corev1.Probe) bool {
	switch {
	case a.HTTPGet != nil && b.HTTPGet != nil:
		x, y := a.HTTPGet, b.HTTPGet
		return pathOf(x) == pathOf(y) && portNumber(c, x.Port) == portNumber(c, y.Port) && x.Host == y.Host &&
			cmp.Or(x.Scheme, corev1.URISchemeHTTP) == cmp.Or(y.Scheme, corev1.URISchemeHTTP) &&
			slices.Equal(x.HTTPHeaders, y.HTTPHeaders)
	case a.TCPSocket != nil && b.TCPSocket != nil:
		return a.TCPSocket.Host == b.TCPSocket.Host && portNumber(c, a.TCPSocket.Port) == portNumber(c, b.TCPSocket.Port)
	case a.Exec != nil && b.Exec != nil:
		return slices.Equal(a.Exec.Command, b.Exec.Command)
	case a.GRPC != nil && b.GRPC != nil:
		return a.GRPC.Port == b.GRPC.Port && serviceOf(a.GRPC) == serviceOf(b.GRPC)
	}
	return false
}

func pathOf(a *corev1.HTTPGetAction) string { return "/" + strings.TrimPrefix(a.Path, "/") }

func serviceOf(a *corev1.GRPCAction) string {
	if a.Service == nil {
		return ""
	}
	return *a.Service
}

// portNumber returns the number of a container's port of that name, or the port
// itself.
func portNumber(c *corev1.Container, port intstr.IntOrString) intstr.IntOrString {
	if port.Type == intstr.String {
		for _, declared := range c.Ports {
			if declared.Name == port.StrVal {
				return intstr.FromInt32(declared.ContainerPort)
			}
		}
	}
	return port
}

// question describes the request of a probe in short.
func question(p *corev1.Probe) string {
	switch {
	case p.HTTPGet != nil:
		return "GET " + pathOf(p.HTTPGet) + " on port " + p.HTTPGet.Port.String()
	case p.TCPSocket != nil:
		return "port " + p.TCPSocket.Port.String()
	case p.GRPC != nil:
		return fmt.Sprintf("gRPC on port %d", p.GRPC.Port)
	}
	return "a command"
}
