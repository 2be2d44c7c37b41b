package stability

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ContainerOOMKilled finds containers that the kernel killed for memory.
var ContainerOOMKilled = &audit.Check{
	ID: "container-oom-killed", Category: Category, Severity: api.Critical, Since: "v0.1.0", Live: true,
	Field:   "resources.limits.memory",
	Title:   "Container OOMKilled",
	Options: []audit.Option{oomKillCritical, oomKillHigh},
	Explains: []string{
		"lifecycle-hook-failing/postStart", "container-crash-looping", "liveness-budget-too-short/kill",
		"container-killed", "termination-forced", "container-restarting", "rollout-stuck", "pod-pending",
	},
	Judge: eachContainer(evenFinished, containerOOMKilled),
	Doc: audit.Doc{
		What: "The current or last termination of a container (app, sidecar or init) has the reason OOMKilled. " +
			"Critical within 24 hours, high when it is older, low after 7 days and for ephemeral containers. An exit " +
			"code other than 137 means that a process in the container was killed while the container ended for " +
			"another reason: the severity is then at most high, and the message says so. Low if a Job has succeeded " +
			"since.",
		Why: "The kernel kills without warning: requests in flight and caches are lost. The container restarts " +
			"immediately, so a dashboard of running pods shows nothing. Under load, it happens to all replicas " +
			"together.",
		Fix: "Compare the memory that the container uses before and after load (kubectl top pod --containers). A leak " +
			"needs a fix in the program; a large working set needs a higher limit with a margin. Tell runtimes with a " +
			"heap (JVM, Node.js, Go) the limit.",
		Limitations: "The API keeps only the last termination, so it is not known how many of the restarts were OOM " +
			"kills. A runtime can miss a kill, which then shows as exit code 137 with the reason Error. On cgroup v1 a " +
			"killed child process may leave the container running, unnoticed. The limit shown is the current one, " +
			"which an in-place resize may have changed since the kill.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/",
		},
	},
}

var (
	oomKillCritical = audit.Duration("critical-within", 24*time.Hour, "how long an OOM kill stays critical")
	oomKillHigh     = audit.Duration("high-within", 7*24*time.Hour, "how long an OOM kill stays high; it is low after that")
)

// containerOOMKilled reports containers that were killed separately from those in
// which only a process was.
func containerOOMKilled(p *audit.Pass, w *inventory.Workload, group *replicas) []audit.Fault {
	var whole, inside []ending
	for _, r := range group.items {
		switch kill := oomKill(r.container); {
		case kill == nil:
		case kill.ExitCode == termination.Killed:
			whole = append(whole, ending{r, kill})
		default:
			inside = append(inside, ending{r, kill})
		}
	}
	var faults []audit.Fault
	for _, killed := range [][]ending{whole, inside} {
		if len(killed) > 0 {
			faults = append(faults, oomFault(p, w, group, killed))
		}
	}
	return faults
}

// oomKill returns the newest termination that was an OOM kill, of the container
// itself if there is one.
func oomKill(c *inventory.Container) *inventory.Termination {
	var inside *inventory.Termination
	for _, t := range []*inventory.Termination{c.Ended, c.Last} {
		switch {
		case t == nil || t.Reason != termination.OOMKilled:
		case t.ExitCode == termination.Killed:
			return t
		case inside == nil:
			inside = t
		}
	}
	return inside
}

func oomFault(p *audit.Pass, w *inventory.Workload, group *replicas, killed []ending) audit.Fault {
	last := newest(killed)
	fault := group.fault(p, killed)
	if limit := last.container.MemoryLimit; limit > 0 {
		fault.Evidence["limit"] = amount.Quantity(limit)
	}
	fault.Severity, fault.Since, fault.Fix = oomSeverity(p, w, last), earliest(killed), oomFix(w, last)
	fault.Message = group.share(len(killed), ": ") + oomText(p, group, last) + ", " + limitText(last) + historyOf(killed, p.Now).clause(p)
	if wanted := last.container.WantedMemory; wanted > last.container.MemoryLimit {
		fault.Evidence["wanted"] = amount.Quantity(wanted)
		fault.Message += "; a resize to " + amount.Quantity(wanted) + " is not in effect" + resizeText(last.pod)
	}
	if succeededSince(w, last) {
		fault.Message += "; it has succeeded since"
	}
	return fault
}

// resizeText says why a resize is not in effect, as far as the kubelet reports it.
func resizeText(pod *inventory.Pod) string {
	pending := pod.ResizePending
	if pending.Reason == "" {
		return ""
	}
	return " (" + pending.Reason + ")" + termination.Quote(pending.Message)
}

// succeededSince reports whether a container that was killed had work to do that
// a later run completed.
func succeededSince(w *inventory.Workload, kill ending) bool {
	return kill.pod.Phase == corev1.PodSucceeded || w.LastSuccess().After(kill.finished())
}

func oomSeverity(p *audit.Pass, w *inventory.Workload, kill ending) api.Severity {
	switch at := kill.finished(); {
	case kill.container.Kind == inventory.Ephemeral, succeededSince(w, kill):
		// A debugging session, or work that was completed in the end.
		return api.Low
	case p.Within(at, oomKillCritical.In(p)) && kill.end.ExitCode == termination.Killed:
		return api.Critical
	case p.Within(at, oomKillHigh.In(p)):
		return api.High
	}
	return api.Low
}

// oomText says when a container was killed. For a process inside, only the end of
// the run in which it was killed is known.
func oomText(p *audit.Pass, group *replicas, kill ending) string {
	when := ago(p, kill.finished())
	switch {
	case kill.end.ExitCode != termination.Killed:
		return "a process" + group.role() + " was OOM-killed in the run that ended " + when + " with " +
			termination.Text(&inventory.Termination{ExitCode: kill.end.ExitCode})
	case kill.end != kill.container.LatestTermination():
		return "the termination before the last" + group.role() + " was an OOM kill, " + when
	}
	return "last termination" + group.role() + " was an OOM kill, " + when
}
