package stability

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ContainerKilled finds containers that a signal ended while their pod stayed
// alive.
var ContainerKilled = &audit.Check{
	ID: "container-killed", Category: Category, Severity: api.Medium, Worst: api.High, Since: "v0.1.0", Live: true,
	Title: "Container killed by a signal (exit code 137, 143 or 139)",
	// Events distinguish kills by a probe from those that nobody recorded.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Events}},
	Options:  []audit.Option{killRecent, restartsRepeated, restartRecent, restartsPerDay},
	Explains: []string{"termination-forced", "container-restarting"},
	VariantExplains: map[string][]string{
		"probe": {"probe-failing/kills", "probe-timeout-default"},
	},
	Judge: eachContainer((*inventory.Workload).Judged, containerKilled),
	Doc: audit.Doc{
		What: "Within 24 hours, the last termination of a container (app, sidecar or init) of a living pod was by a " +
			"signal: exit code 137 (SIGKILL) without an OOM kill, 143 (SIGTERM), or a crash: 134 (SIGABRT), 139 " +
			"(SIGSEGV), 132, 135, 136, or the codes of Windows for such crashes. A termination with any exit code " +
			"counts if Events report that a liveness or startup probe failed before it; without Events, exit codes " +
			"143, 137 and 0 of a container with such a probe count as kills by the probe if the run was as long as the " +
			"probe allows. High when its restarts are recent and repeated, as container-restarting defines it. The " +
			"reason ContainerStatusUnknown means that the kubelet did not see the termination; it does not count.",
		Why: "A container has no reason to end while its pod stays: the kubelet stopped it because a probe failed, " +
			"something else killed it, or it crashed in native code. Requests in flight were cut off, and the restart " +
			"was too fast for most alerts. A liveness probe that kills slow pods kills all of them when load is high.",
		Fix: "Read the end of the last run's log. SIGKILL or SIGTERM with Unhealthy Events: the liveness probe failed; " +
			"give it a longer timeout and a higher failureThreshold, and let it check only whether the process itself " +
			"is stuck. SIGKILL alone: check the node for memory pressure. SIGSEGV and SIGABRT are faults of the " +
			"program or a library: keep a core dump.",
		Limitations: "The sender of a signal is not recorded. Events of probes are kept for an hour. A runtime may " +
			"miss an OOM kill, which then looks like any SIGKILL. A program can exit with such a code by itself, and " +
			"one that handles SIGTERM exits with its own code. Only the last run is kept.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

var killRecent = audit.Duration("within", 24*time.Hour, "how recent a kill must be to count")

func containerKilled(p *audit.Pass, _ *inventory.Workload, group *replicas) []audit.Fault {
	var killed []ending
	repeated := false
	for _, r := range group.items {
		end := r.container.LatestTermination()
		if r.container.Kind == inventory.Ephemeral || end == nil || !p.Within(end.Finished, killRecent.In(p)) {
			continue
		}
		e := ending{r, end}
		if verbOf(end, e.cause(p)) == "" {
			continue
		}
		killed = append(killed, e)
		repeated = repeated ||
			recentAndRepeated(p, r.container.Restarts, p.Now.Sub(r.pod.Created), p.Now.Sub(end.Finished))
	}
	if len(killed) == 0 {
		return nil
	}
	last := newest(killed)
	cause := last.cause(p)
	text := verbOf(last.end, cause) + " " + ago(p, last.end.Finished) + ": " + cause.Text(last.end)
	if cause.Probe == "" && !termination.Crashed(last.end) {
		text += ", sender not recorded"
	}
	fault := group.fault(p, killed)
	fault.Message = group.share(len(killed), ": ") + text + termination.Words(last.end) + historyOf(killed, p.Now).clause(p)
	fault.Since, fault.Fix = earliest(killed), lookInto(p, last)
	if cause.Probe != "" {
		fault.Variant = "probe"
	}
	if repeated {
		fault.Severity = api.High
	}
	return []audit.Fault{fault}
}

// verbOf says what a signal, or the kubelet for a probe, did to a container. It
// is empty for other ends, for OOM kills, for ends that nobody saw, and for those
// that a postStart hook caused.
func verbOf(t *inventory.Termination, cause termination.Cause) string {
	if termination.Explained(t) || termination.StartFailed(t) || cause.Hook {
		return ""
	}
	switch sig := termination.Signal(t); {
	case sig == termination.SIGKILL:
		return "killed"
	case sig == termination.SIGTERM, cause.Probe != "":
		return "stopped"
	case termination.Crashed(t):
		return "crashed"
	}
	return ""
}
