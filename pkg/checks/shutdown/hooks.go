package shutdown

import (
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// failing is a hook of a container and its known failures.
type failing struct {
	container, hook string
	// count is a lower bound, 0 if only the state of containers shows the
	// failure.
	count       int
	first, last time.Time
	// why is the kubelet's reason for the failure.
	why string
	// pods are the living ones, with the time of the last failure in each of
	// them.
	pods []*inventory.Pod
	seen []time.Time
	// waiting is set where a container waits for the next try.
	waiting bool
}

// over reports whether a postStart hook works again: a container runs only after
// its hook has succeeded.
func (h *failing) over(w *inventory.Workload) bool {
	if h.waiting {
		return false
	}
	started := false
	for _, pod := range w.Judged() {
		for i := range pod.Containers {
			// An Event may not name the container, but then there can be only
			// one.
			if c := &pod.Containers[i]; c.Name == h.container || len(pod.Containers) == 1 {
				if !c.RunningSince.Before(h.last) {
					started = true
				} else if c.RunningSince.IsZero() || inventory.Contains(h.pods, pod) {
					return false
				}
			}
		}
	}
	return started
}

// cutOff returns how long a preStop hook of the newest template sleeps if that is
// longer than the grace period.
func (h *failing) cutOff(w *inventory.Workload) (slept, grace time.Duration) {
	t := w.Templates[0]
	if c := t.Container(h.container); c != nil && h.hook == preStop && hasPreStop(c) {
		slept = sleepOf(c.Lifecycle.PreStop)
	}
	if grace = t.Grace(); slept < grace {
		return 0, grace
	}
	return slept, grace
}

func hasHook(t *inventory.Template) bool {
	for _, c := range t.LongRunning() {
		if c.Lifecycle != nil && (c.Lifecycle.PreStop != nil || c.Lifecycle.PostStart != nil) {
			return true
		}
	}
	return false
}

// failingHooks returns the hooks of living and former pods, in the order in which
// they began to fail.
func failingHooks(p *audit.Pass, w *inventory.Workload) []*failing {
	var all hooks
	for _, pod := range w.Pods {
		all.told(p, pod, p.EventsOf(&pod.Object))
		for i := range pod.Containers {
			if c := &pod.Containers[i]; c.Waiting == termination.PostStartHookError && c.LatestTermination() != nil && !pod.Deleting() {
				end := c.LatestTermination().Finished
				h := all.failed(pod, c.Name, postStart, end, end)
				h.waiting, h.why = true, hookError(c.WaitingMessage)
			}
		}
	}
	all.told(p, nil, p.EventsOfFormerPods(w))
	slices.SortStableFunc(all, func(a, b *failing) int { return a.first.Compare(b.first) })
	return all
}

// hooks lists hooks that fail, each hook of a container once.
type hooks []*failing

// told adds the failures that Events report, of a pod or, with nil, of former ones.
func (all *hooks) told(p *audit.Pass, pod *inventory.Pod, events []*inventory.Event) {
	for _, e := range events {
		if hook := hookOf(e); hook != "" && p.Within(e.Last, hookRecent.In(p)) {
			all.failed(pod, e.Container, hook, e.First, e.Last).count += int(e.Count)
		}
	}
}

// failed adds failures of a hook. Pods come one after the other.
func (all *hooks) failed(pod *inventory.Pod, container, hook string, first, last time.Time) *failing {
	i := slices.IndexFunc(*all, func(h *failing) bool { return h.container == container && h.hook == hook })
	if i < 0 {
		i = len(*all)
		*all = append(*all, &failing{container: container, hook: hook, first: first, last: last})
	}
	h := (*all)[i]
	h.first = slices.MinFunc([]time.Time{h.first, first}, time.Time.Compare)
	h.last = slices.MaxFunc([]time.Time{h.last, last}, time.Time.Compare)
	if n := len(h.pods) - 1; pod != nil && n >= 0 && h.pods[n] == pod {
		h.seen[n] = slices.MaxFunc([]time.Time{h.seen[n], last}, time.Time.Compare)
	} else if pod != nil {
		h.pods, h.seen = append(h.pods, pod), append(h.seen, last)
	}
	return h
}

// hookOf returns the hook whose failure an Event reports, empty for other Events.
func hookOf(e *inventory.Event) string {
	switch e.Reason {
	case termination.FailedPostStartHook:
		return postStart
	case "FailedPreStopHook":
		return preStop
	}
	return ""
}

// hookError removes what the kubelet says before the error: container, pod and
// command.
func hookError(message string) string {
	if _, reason, found := strings.Cut(message, "failed - error: "); found {
		return reason
	}
	return message
}
