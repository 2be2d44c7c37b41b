package shutdown

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// LifecycleHookFailing finds hooks that fail.
var LifecycleHookFailing = &audit.Check{
	ID: "lifecycle-hook-failing", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Field:    "lifecycle",
	Title:    "Lifecycle hook fails (postStart or preStop)",
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Events}},
	Options:  []audit.Option{hookRecent},
	Explains: []string{"grace-period-too-short/hook"},
	VariantExplains: map[string][]string{
		"postStart": {
			"container-crash-looping", "liveness-budget-too-short/kill", "container-killed",
			"termination-forced", "container-restarting", "rollout-stuck", "container-not-starting",
			"pod-pending",
		},
	},
	Judge: audit.Over(audit.Workloads, lifecycleHookFailing),
	Doc: audit.Doc{
		What: "Events of the last hour (FailedPostStartHook, FailedPreStopHook) report that a postStart or preStop " +
			"hook of a container failed; those of deleted pods are matched by name. Or a container waits with the " +
			"reason PostStartHookError. Low when the postStart hook works again: all running containers have started " +
			"since. Workloads without hooks are not judged.",
		Why: "When a postStart hook fails, the kubelet kills the container and starts it again: a crash loop without a " +
			"line in the log. When a preStop hook fails, the container gets SIGTERM immediately, without the delay " +
			"that the hook was meant to add, and each rollout and each drain cuts off requests.",
		Fix: "Run the hook's command in the container by hand (kubectl exec): usually the image does not have the " +
			"program, the shell or sleep, or the endpoint that the hook calls has moved. A hook that only waits needs " +
			"no program: use the sleep action. A postStart hook runs while the program starts, so it must not expect " +
			"the program to be up.",
		Limitations: "Events are kept for about an hour, and their counts are a lower bound. Recent kubelets do not " +
			"say why a hook failed. A hook that hangs until the end of the grace period ends with it and is not " +
			"reported as failed. Events of deleted pods are matched to workloads by name.",
		References: []string{
			"https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/attach-handler-lifecycle-event/",
		},
	},
}

var hookRecent = audit.Duration("within", time.Hour, "how recent the failure of a hook must be to count")

const (
	postStart = "postStart"
	preStop   = "preStop"
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

func lifecycleHookFailing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if !slices.ContainsFunc(w.Templates, hasHook) {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	for _, h := range failingHooks(p, w) {
		faults = append(faults, h.fault(p, w))
	}
	return audit.FaultsUnless(p.WhyUnread(w.Namespace, inventory.Events), faults...)
}

func (h *failing) fault(p *audit.Pass, w *inventory.Workload) audit.Fault {
	fault := audit.Fault{
		Container: h.container, Variant: h.hook, Pods: h.pods, Seen: h.seen, Since: h.first,
		Message:  h.hook + " hook " + h.failed(p) + ": the container stopped without it" + termination.Quote(h.why),
		Evidence: api.Evidence{"hook": h.hook, "lastAt": api.Time(h.last)},
		Fix: audit.Fix{
			Advice:  "run the command of the " + h.hook + " hook by hand, and correct it",
			Command: audit.Kubectl("get").In(w.Namespace).On(strings.ToLower(w.Kind)+"/"+w.Name).With("-o", "yaml"),
		},
	}
	if h.count > 0 {
		fault.Evidence["count"] = h.count
	}
	slept, grace := h.cutOff(w)
	switch {
	case h.hook == postStart && h.over(w):
		fault.Severity, fault.Variant = api.Low, ""
		fault.Message = fmt.Sprintf("postStart hook failed at least %s, until %s ago: all running containers have started since",
			amount.Times(h.count), p.Age(h.last))
		fault.Fix = audit.Fix{Advice: "see whether it fails again"}
	case h.hook == postStart:
		fault.Message = "postStart hook " + h.failed(p) + ": the container was killed because of it" + termination.Quote(h.why)
	case slept > 0:
		fault.Message = "preStop hook " + h.failed(p) + ": it sleeps " + slept.String() + ", and the grace period of " +
			grace.String() + " cuts it off"
		fault.Fix = setGrace(w, int64(slept/time.Second)+30)
	}
	return fault
}

// failed says how often and when.
func (h *failing) failed(p *audit.Pass) string {
	if h.count == 0 {
		return "fails, last " + p.Age(h.last) + " ago"
	}
	return fmt.Sprintf("failed at least %s, the last %s ago", amount.Times(h.count), p.Age(h.last))
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
	var hooks []*failing
	note := func(pod *inventory.Pod, container, hook string, first, last time.Time) *failing {
		at := slices.IndexFunc(hooks, func(h *failing) bool { return h.container == container && h.hook == hook })
		if at < 0 {
			at = len(hooks)
			hooks = append(hooks, &failing{container: container, hook: hook, first: first, last: last})
		}
		h := hooks[at]
		if first.Before(h.first) {
			h.first = first
		}
		if last.After(h.last) {
			h.last = last
		}
		if n := len(h.pods) - 1; pod != nil && n >= 0 && h.pods[n] == pod {
			h.seen[n] = later(h.seen[n], last)
		} else if pod != nil {
			h.pods, h.seen = append(h.pods, pod), append(h.seen, last)
		}
		return h
	}
	told := func(pod *inventory.Pod, events []*inventory.Event) {
		for _, e := range events {
			if hook := hookOf(e); hook != "" && p.Within(e.Last, hookRecent.In(p)) {
				note(pod, e.Container, hook, e.First, e.Last).count += int(e.Count)
			}
		}
	}
	for _, pod := range w.Pods {
		told(pod, p.EventsOf(&pod.Object))
		for i := range pod.Containers {
			if c := &pod.Containers[i]; c.Waiting == termination.PostStartHookError && c.LatestTermination() != nil && !pod.Deleting() {
				end := c.LatestTermination().Finished
				h := note(pod, c.Name, postStart, end, end)
				h.waiting, h.why = true, hookError(c.WaitingMessage)
			}
		}
	}
	told(nil, p.EventsOfFormerPods(w))
	slices.SortStableFunc(hooks, func(a, b *failing) int { return a.first.Compare(b.first) })
	return hooks
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

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
