package stability

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ContainerCrashLooping finds containers that end as soon as they are started.
var ContainerCrashLooping = &audit.Check{
	ID: "container-crash-looping", Category: Category, Severity: report.Critical, Since: "v0.1.0", Live: true,
	Title: "A container crashes again and again",
	Judge: eachContainer((*inventory.Workload).Judged, containerCrashLooping),
	Doc: audit.Doc{
		What: "A container (app, sidecar or init) is waiting in CrashLoopBackOff: it ended so often that the kubelet " +
			"lets it wait before the next start. The finding says how the last run ended, with the exit code in words.",
		Why: "While it waits, the pod does no work, and the wait doubles from 10 seconds to 5 minutes. A rollout that " +
			"meets it stands still, and when it follows a configuration change, each replica that restarts at night " +
			"joins the loop until none is left.",
		Fix: "Read the logs of the run that failed (kubectl logs --previous): its last lines mostly name the cause. " +
			"Exit code 127 or a failed start mean that command and image do not fit together. 137 is SIGKILL: memory, or a " +
			"liveness probe that lost patience. Exit code 0 means that the program simply ended: what is meant to " +
			"end belongs in a Job, what is not must stay in the foreground.",
		Blind: "Between two waits the container runs for a moment and is not seen as looping; container-restarting sees " +
			"the restarts. The API keeps only the last run: earlier ones may have ended in another way. What an exit code " +
			"means is a convention that programs need not keep.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
			"https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/",
		},
	},
}

func containerCrashLooping(p *audit.Pass, w *inventory.Workload, group *replicas) []audit.Fault {
	var looping []ending
	for _, r := range group.items {
		if r.container.Waiting == "CrashLoopBackOff" {
			looping = append(looping, ending{r, r.container.LatestTermination()})
		}
	}
	if len(looping) == 0 {
		return nil
	}
	last := newest(looping)
	return []audit.Fault{{
		Container: group.name, Pods: podsOf(looping),
		Message: group.share(len(looping), " ") + "in CrashLoopBackOff: " + group.lastRun(p, last.end) +
			historyOf(looping, p.Now).clause(p),
		Evidence: group.evidence(looping, p.Now),
		Fix:      lookInto(last),
	}}
}

// lookInto is how to find out why a run ended, or could not begin.
func lookInto(e ending) audit.Fix {
	logs := audit.Kubectl("logs").In(e.pod.Namespace).On(e.pod.Name).Flag("-c", e.container.Name).With("--previous")
	switch {
	case e.end != nil && termination.StartFailed(e.end):
		// A program that never started has no logs; the runtime's message tells.
		return describe(e.pod, "correct the command or the image")
	case e.end != nil && (e.end.ExitCode == 126 || e.end.ExitCode == 127):
		return audit.Fix{Advice: "correct the command or the image", Command: logs}
	case e.end != nil && e.end.ExitCode == 0:
		return audit.Fix{Advice: "keep the program in the foreground, or run it as a Job if it is meant to end", Command: logs}
	}
	return audit.Fix{Advice: "read how the last run ended", Command: logs}
}
