package stability

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ContainerCrashLooping finds containers that end as soon as they are started.
var ContainerCrashLooping = &audit.Check{
	ID: "container-crash-looping", Category: Category, Severity: api.Critical, Since: "v0.1.0", Live: true,
	Title: "Container in CrashLoopBackOff",
	Explains: []string{
		"liveness-budget-too-short/kill", "container-killed", "termination-forced", "container-restarting",
		"rollout-stuck", "container-not-starting", "pod-pending", "probe-timeout-default", "probe-failing",
	},
	Judge: eachContainer((*inventory.Workload).Judged, containerCrashLooping),
	Doc: audit.Doc{
		What: "A container (app, sidecar or init) exits again and again: it is in CrashLoopBackOff (\"Back-off " +
			"restarting failed container\"), or it has ended at least 3 times, its last run took less than 10 minutes, " +
			"and it ended within the last 10 minutes or has not yet run a minute longer than the last time. The " +
			"finding says how the last run ended, what the exit code means, the cause if it is known, and the " +
			"container's termination message.",
		Why: "While the container waits, the pod does no work, and the wait doubles from 10 seconds to 5 minutes. A " +
			"rollout stops at such a pod. If a configuration change is the cause, each replica that restarts joins the " +
			"loop, until none is left.",
		Fix: "Read the logs of the run that failed (kubectl logs --previous): the last lines usually name the cause. " +
			"Exit code 1 is usually an error of the program itself. Exit code 127 or a failed start means that the " +
			"command is not in the image. Exit code 137 is SIGKILL: out of memory, or a liveness probe that failed. " +
			"Exit code 0 means that the program ended by itself: if it is meant to end, run it in a Job, otherwise " +
			"keep it in the foreground.",
		Limitations: "The kubelet does not count runs of more than 10 minutes as a loop; container-restarting reports " +
			"these. The API keeps only the last run: earlier ones may have ended in another way. The meaning of an " +
			"exit code is a convention that programs need not follow. Without an Event, a kill by a probe is inferred " +
			"from the length of the run.",
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
	// Whatever its status says at this moment, the loop continues.
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
	// loopEnds is the number of ends in a row that make a loop if the kubelet does not
	// report one.
	loopEnds = 3
	// backOffReset is the time that a run must last for the kubelet to reset its
	// back-off. It is twice the longest wait.
	backOffReset = 10 * time.Minute
	// loopSlack limits how much longer than the last run a run may take that is about
	// to end in the same way.
	loopSlack = time.Minute
)

// inLoop reports whether a container ends again and again within a short time.
// The reason CrashLoopBackOff alone is not enough: it is absent while the
// container runs for a moment, and for a while after each end.
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

// ran returns how long a run took, 0 if its start is not known: a runtime may
// report the epoch.
func ran(t *inventory.Termination) time.Duration {
	if t.Started.Unix() <= 0 {
		return 0
	}
	return t.Finished.Sub(t.Started)
}

// lookInto proposes how to find out why a run ended, or could not begin.
func lookInto(p *audit.Pass, e ending) audit.Fix {
	switch {
	case e.end == nil:
		return remedy.DescribePod(e.pod, "read its Events")
	case termination.StartFailed(e.end):
		// A program that never started has no logs; the runtime's message says
		// why.
		return remedy.DescribePod(e.pod, "correct the command or the image")
	}
	fix := audit.Fix{Advice: "read how the last run ended", Command: e.logs()}
	switch cause := e.cause(p); {
	case cause.Hook:
		fix.Advice = "correct its postStart hook, because of which the container is killed"
	case cause.Probe != "":
		fix.Advice = "give the " + string(cause.Probe) + " probe more time, or repair what it checks"
	case e.end.ExitCode == 126 || e.end.ExitCode == 127:
		fix.Advice = "correct the command or the image"
	case e.end.ExitCode == 0:
		fix.Advice = "keep the program in the foreground, or run it as a Job if it is meant to end"
	case termination.Crashed(e.end):
		fix.Advice = "find the fault in the program or its libraries"
	}
	return fix
}

// logs shows the logs of the run that ended.
func (e ending) logs() audit.Command {
	command := audit.Kubectl("logs").In(e.pod.Namespace).On(e.pod.Name).Flag("-c", e.container.Name)
	if e.end == e.container.Ended {
		return command
	}
	return command.With("--previous")
}
