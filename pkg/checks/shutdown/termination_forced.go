package shutdown

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// TerminationForced finds containers that did not stop when they were asked to.
var TerminationForced = &audit.Check{
	ID: "termination-forced", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true,
	Title: "Container was killed (SIGKILL) after its grace period",
	// Only Events show that a probe, or the runtime, was behind a kill.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Events}},
	Options:  []audit.Option{forcedRecent},
	Explains: []string{"container-restarting"},
	Judge:    audit.Over(audit.Workloads, terminationForced),
	Doc: audit.Doc{
		What: "Within 24 hours, a container did not stop in time and was killed with SIGKILL (exit code 137, no OOM " +
			"kill) when its grace period was over: after its liveness or startup probe failed, in a pod that is being " +
			"deleted, or in one that failed because of its deadline, a preemption, a taint or an eviction request. Or " +
			"the Event ExceededGracePeriod says that the runtime could not stop a pod in time. Evictions and shutdowns " +
			"by the kubelet allow only little time and do not count.",
		Why: "A program that does not handle SIGTERM is cut off in the middle of its work, and each stop takes the " +
			"whole grace period: the drain of a node with thirty such pods takes minutes longer, and files and queues " +
			"are left as after a crash.",
		Fix: "Make the program itself the first process (exec in the start script), or use an init that forwards " +
			"signals, and let the program finish its requests and exit on SIGTERM. If it does and needs more time, " +
			"raise terminationGracePeriodSeconds.",
		Limitations: "Only pods that still exist are judged: a pod that was killed in a rollout leaves no trace, so a " +
			"pass does not prove that stops are clean. A deletion with a shorter grace period, such as kubectl delete " +
			"--now, looks the same. Events of probes are kept for about an hour.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes",
		},
	},
}

var forcedRecent = audit.Duration("within", 24*time.Hour, "how recent the kill of a container must be to count")

// forced is a container that was killed at the end of its grace period, or that
// may have been: stop is empty if nothing shows that it was asked to stop.
type forced struct {
	pod       *inventory.Pod
	container *inventory.Container
	end       *inventory.Termination
	stop      string
	grace     time.Duration
}

func terminationForced(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Pods) == 0 {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	var kills []forced
	untold := false
	for _, pod := range w.Pods {
		for i := range pod.Containers {
			end := sigkill(p, &pod.Containers[i])
			if end == nil {
				continue
			}
			kill := stopOf(p, pod, &pod.Containers[i], end)
			if kill.stop != "" {
				kills = append(kills, kill)
			} else {
				untold = true
			}
		}
	}
	slices.SortStableFunc(kills, func(a, b forced) int { return b.end.Finished.Compare(a.end.Finished) })
	var done []string
	for _, kill := range kills {
		if name := kill.container.Name; !slices.Contains(done, name) {
			done = append(done, name)
			faults = append(faults, forcedFault(p, w, kill, kills))
		}
	}
	if fault, found := runtimeFault(p, w); found {
		faults = append(faults, fault)
	}
	if !untold {
		return audit.Faults(faults...)
	}
	return audit.FaultsUnless(p.WhyUnread(w.Namespace, inventory.Events), faults...)
}

// sigkill returns a recent end of the container by SIGKILL, nil if there is none.
func sigkill(p *audit.Pass, c *inventory.Container) *inventory.Termination {
	end := c.LatestTermination()
	if end == nil || c.Kind == inventory.Ephemeral || termination.Signal(end) != termination.SIGKILL ||
		termination.Explained(end) || !p.Within(end.Finished, forcedRecent.In(p)) {
		return nil
	}
	return end
}

// stopOf says who told the container to stop. A pod's deletionTimestamp is the
// end of its grace period: what was killed before has another cause.
func stopOf(p *audit.Pass, pod *inventory.Pod, c *inventory.Container, end *inventory.Termination) forced {
	kill := forced{pod: pod, container: c, end: end, grace: pod.Template.Grace()}
	switch {
	case pod.Deleting():
		if !end.Finished.Before(pod.Deletion.At.Add(-termination.ClockStep)) {
			kill.stop = "the pod was deleted"
		}
	case pod.Phase == corev1.PodFailed && pod.Reason == "DeadlineExceeded":
		kill.stop = "the pod's deadline was over"
	case pod.Phase == corev1.PodFailed:
		if pod.Disrupted.Is(corev1.ConditionTrue) && pod.Disrupted.Reason != "TerminationByKubelet" && pod.Reason != "Evicted" {
			kill.stop = pod.Disrupted.Reason
		}
	default:
		if cause := termination.CauseOf(p, pod, c, end); cause.Probe != "" && !cause.Likely {
			kill.stop = "its " + string(cause.Probe) + " probe failed"
			if spec := pod.Template.Container(c.Name); spec != nil {
				kill.grace = termination.GraceAfter(termination.ProbeOf(spec, cause.Probe), kill.grace)
			}
		}
	}
	return kill
}

// forcedFault describes the newest kill of a container and counts the others.
func forcedFault(p *audit.Pass, w *inventory.Workload, kill forced, kills []forced) audit.Fault {
	var pods []*inventory.Pod
	var seen []time.Time
	since := kill.end.Finished
	for _, other := range kills {
		if other.container.Name == kill.container.Name {
			pods, seen = append(pods, other.pod), append(seen, other.end.Finished)
			since = other.end.Finished
		}
	}
	message := amount.Share(len(pods), len(w.Pods), ": ") + fmt.Sprintf("SIGKILL %s ago, %ds after it was asked to stop: %s", p.Age(kill.end.Finished), int(kill.grace.Seconds()), kill.stop)
	logs := audit.Kubectl("logs").In(w.Namespace).On(kill.pod.Name).Flag("-c", kill.container.Name)
	if kill.end == kill.container.Last {
		logs = logs.With("--previous")
	}
	return audit.Fault{
		Container: kill.container.Name, Pods: pods, Seen: seen, Message: message,
		Evidence: api.Evidence{
			"pods": len(pods), "of": len(w.Pods), "gracePeriodSeconds": int(kill.grace.Seconds()), "stop": kill.stop,
			"exitCode": int(kill.end.ExitCode), "lastAt": api.Time(kill.end.Finished),
		},
		Since: since,
		Fix: audit.Fix{
			Advice:  "let its first process handle SIGTERM, or raise the grace period; check what it did meanwhile",
			Command: logs,
		},
	}
}

// runtimeFault reports Events about pods that even the runtime could not end.
func runtimeFault(p *audit.Pass, w *inventory.Workload) (audit.Fault, bool) {
	var last *inventory.Event
	for _, e := range slices.Concat(p.EventsAround(w), p.EventsOfFormerPods(w)) {
		if e.Reason == "ExceededGracePeriod" && p.Within(e.Last, forcedRecent.In(p)) && (last == nil || e.Last.After(last.Last)) {
			last = e
		}
	}
	if last == nil {
		return audit.Fault{}, false
	}
	return audit.Fault{
		Message:  "the runtime did not stop a pod within its grace period, " + p.Age(last.Last) + " ago",
		Evidence: api.Evidence{"event": last.Reason, "lastAt": api.Time(last.Last)},
		Since:    last.First,
		Fix: audit.Fix{
			Advice:  "look for processes that hang on a node's storage, and at its runtime",
			Command: audit.Kubectl("get", "pods").In(w.Namespace).With("-o", "wide"),
		},
	}, true
}
