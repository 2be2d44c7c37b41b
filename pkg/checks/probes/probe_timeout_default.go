package probes

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ProbeTimeoutDefault finds probes that time out after the default of one second.
var ProbeTimeoutDefault = &audit.Check{
	ID: "probe-timeout-default", Category: Category, Severity: api.Info, Since: "v0.1.0", Live: true,
	Title: "Probe times out after the default of 1 second (timeoutSeconds)",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.Events}},
	Judge: audit.Over(audit.Workloads, probeTimeoutDefault),
	Doc: audit.Doc{
		What: "An exec, HTTP or gRPC probe has a timeoutSeconds of 1, which is the default, and an Event of the last " +
			"hour says that it timed out. Timeouts within the first minute after the container's start do not count.",
		Why: "A second is short for a runtime with garbage collection, a command that starts an interpreter, or a busy " +
			"node. The probe then fails although the program works, and three failures remove the pod from its Service " +
			"or restart it: the load moves to the others, whose probes time out next.",
		Fix: "Set timeoutSeconds to the response time under the highest load plus a margin, but no longer than the " +
			"period. Make the probe cheaper: a compiled command instead of a script, a path that does not query a " +
			"database. If it times out because the container is throttled, the container needs more CPU.",
		Limitations: "A timeout of 1 that somebody chose looks the same as the default. Only Events show timeouts, and " +
			"they are deleted after an hour. A probe that is slow, but within the timeout, is not detected.",
		References: []string{
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes",
		},
	},
}

const defaultTimeout = 1

func probeTimeoutDefault(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	return eachFailing(p, w, timedOutByDefault, func(f *failing, _ int) *audit.Fault { return timeoutFault(p, w, f) })
}

func timedOutByDefault(pod *inventory.Pod, u unhealthy) bool {
	c := u.probedBy(pod.Template)
	if c == nil {
		return false
	}
	probe := termination.ProbeOf(c, u.Probe.Kind)
	return probe != nil && probe.TCPSocket == nil && probe.TimeoutSeconds == defaultTimeout && u.timedOut(probe.Exec != nil)
}

func timeoutFault(p *audit.Pass, w *inventory.Workload, f *failing) *audit.Fault {
	pods, seen := f.worstFirst()
	return &audit.Fault{
		Container: f.container, Pods: pods, Seen: seen, Since: f.first,
		Message: fmt.Sprintf("%s probe timed out after the default of 1s, last %s ago", f.probe, p.Age(f.last)),
		Evidence: api.Evidence{
			"probe": string(f.probe), "timeoutSeconds": defaultTimeout, "failures": f.times, "pods": len(f.pods),
			"lastAt": api.Time(f.last),
		},
		Fix: remedy.Container(w, f.lastPod.Template, f.container, "give it enough time to answer under load",
			remedy.Fields{string(f.probe) + "Probe": remedy.Fields{"timeoutSeconds": 5}}),
	}
}
