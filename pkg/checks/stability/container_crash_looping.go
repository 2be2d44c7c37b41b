package stability

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ContainerCrashLooping finds containers that end as soon as they are started.
var ContainerCrashLooping = &audit.Check{
	ID: "container-crash-looping", Category: Category, Severity: report.Critical, Since: "v0.1.0", Live: true,
	Title: "A container crashes again and again",
	Explains: []string{
		"liveness-budget-too-short/kill", "container-killed", "termination-forced", "container-restarting",
		"rollout-stuck", "container-not-starting", "pod-pending", "probe-timeout-default", "probe-failing",
	},
	Judge: eachContainer((*inventory.Workload).Judged, containerCrashLooping),
	Doc: audit.Doc{
		What: "A container (app, sidecar or init) ends again and again, so that the kubelet lets it wait before the next start: its " +
			"state is CrashLoopBackOff; or it has ended at least 3 times, its last run took less than 10 minutes, and it has ended " +
			"within 10 minutes or has not yet run for a minute longer than the last time. The finding says how the last run ended, " +
			"with the exit code in words, why, as far as it is known, and the container's last words.",
		Why: "While it waits, the pod does no work, and the wait doubles from 10 seconds to 5 minutes. A rollout that " +
			"meets it stands still, and when it follows a configuration change, each replica that restarts at night " +
			"joins the loop until none is left.",
		Fix: "Read the logs of the run that failed (kubectl logs --previous): its last lines mostly name the cause. " +
			"Exit code 127 or a failed start mean that command and image do not fit together. 137 is SIGKILL: memory, or a " +
			"liveness probe that lost patience. Exit code 0 means that the program simply ended: what is meant to " +
			"end belongs in a Job, what is not must stay in the foreground.",
		Blind: "A container with runs of more than 10 minutes is no loop for the kubelet; container-restarting sees the restarts. " +
			"The API keeps only the last run: earlier ones may have ended in another way. What an exit code means is a convention " +
			"that programs need not keep. That a probe ended a run is inferred from its length where no event says so.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
			"https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/",
		},
	},
}

func containerCrashLooping(p *audit.Pass, w *inventory.Workload, group *replicas) []audit.Fault {
	var looping []ending
	for _, r := range group.items {
		if inLoop(p.Now, r) {
			looping = append(looping, ending{r, r.container.LatestTermination()})
		}
	}
	if len(looping) == 0 {
		return nil
	}
	last := newest(looping)
	fault := group.fault(p, looping)
	// Whatever its status says at this moment, it goes on.
	fault.Seen = nil
	fault.Message = group.share(len(looping), " ") + "in CrashLoopBackOff: " + group.lastRun(p, last) +
		historyOf(looping, p.Now).clause(p)
	fault.Fix = lookInto(p, last)
	if fix, found := remedy.LeftOver(w, last.pod); found {
		fault.Fix = fix
	}
	return []audit.Fault{fault}
}

const (
	// loopEnds is how many ends in a row are a loop where the kubelet does not
	// say so.
	loopEnds = 3
	// backOffReset is how long a run must be for the kubelet to forget the
	// earlier ends. It is twice the longest wait.
	backOffReset = 10 * time.Minute
	// loopSlack is how much longer than the last one a run may be that is about to
	// end in the same way.
	loopSlack = time.Minute
)

// inLoop reports whether a container ends again and again within a short time.
// The kubelet's word for it, CrashLoopBackOff, comes and goes: while the
// container runs for a moment, and for a while after each end, it is not there.
func inLoop(now time.Time, r replica) bool {
	c, end := r.container, r.container.LatestTermination()
	if c.Waiting == "CrashLoopBackOff" {
		return true
	}
	if end == nil || termination.Lost(end) || !r.pod.StartsAgain(c, end) || ran(end) >= backOffReset {
		return false
	}
	switch {
	case !c.RunningSince.IsZero():
		return c.Restarts >= loopEnds && now.Sub(c.RunningSince) <= ran(end)+loopSlack
	case c.Ended != nil, termination.StartFailed(end), c.Waiting == termination.PostStartHookError:
		return c.Restarts >= loopEnds-1 && now.Sub(end.Finished) <= backOffReset
	}
	return false
}

// ran is how long a run took, 0 where its start is not known: a runtime may write
// that of the epoch.
func ran(t *inventory.Termination) time.Duration {
	if t.Started.Unix() <= 0 {
		return 0
	}
	return t.Finished.Sub(t.Started)
}

// lookInto is how to find out why a run ended, or could not begin.
func lookInto(p *audit.Pass, e ending) audit.Fix {
	switch {
	case e.end == nil:
		return describe(e.pod, "look for what its Events say")
	case termination.StartFailed(e.end):
		// A program that never started has no logs; the runtime's message tells.
		return describe(e.pod, "correct the command or the image")
	}
	fix := audit.Fix{Advice: "read how the last run ended", Command: e.logs()}
	switch cause := e.cause(p); {
	case cause.Hook:
		fix.Advice = "correct its postStart hook, which has the container killed"
	case cause.Probe != "":
		fix.Advice = "give the " + string(cause.Probe) + " probe more time, or repair what it asks for"
	case e.end.ExitCode == 126 || e.end.ExitCode == 127:
		fix.Advice = "correct the command or the image"
	case e.end.ExitCode == 0:
		fix.Advice = "keep the program in the foreground, or run it as a Job if it is meant to end"
	case termination.Crashed(e.end):
		fix.Advice = "find the fault in the program or its libraries"
	}
	return fix
}

// logs are those of the run that ended.
func (e ending) logs() audit.Command {
	command := audit.Kubectl("logs").In(e.pod.Namespace).On(e.pod.Name).Flag("-c", e.container.Name)
	if e.end == e.container.Ended {
		return command
	}
	return command.With("--previous")
}
