package shutdown

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// LifecycleHookFailing finds hooks that do not do what they are there for.
var LifecycleHookFailing = &audit.Check{
	ID: "lifecycle-hook-failing", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true,
	Title:   "A lifecycle hook fails",
	Uses:    []inventory.Resource{inventory.Events},
	Options: []audit.Option{hookRecent},
	Judge:   audit.Workloads(lifecycleHookFailing),
	Doc: audit.Doc{
		What: "Events of the last hour (FailedPostStartHook, FailedPreStopHook) say that a postStart or preStop hook of a container " +
			"failed, also in pods that are gone, which are known by their names. Workloads without hooks are not judged.",
		Why: "When a postStart hook fails, the kubelet kills the container and starts it anew: a crash loop without a line in the log. " +
			"When a preStop hook fails, the container gets SIGTERM at once, without the drain that the hook was to be: each rollout and " +
			"each drain at night cuts off requests, although somebody once took care that it does not.",
		Fix: "Run the hook's command by hand in the container (kubectl exec): mostly the image has no such program, no shell or no " +
			"sleep, or the endpoint that it calls has moved. A hook that only waits needs no program: use the sleep action. postStart runs " +
			"beside the container's own start, not after it, and must not ask the program too early.",
		Blind: "Events are kept for about an hour, and counts are a lower bound. Recent kubelets do not say why a hook failed. " +
			"A hook that hangs until the grace period is over ends with it. Events of pods that are gone are matched to workloads by name.",
		References: []string{
			"https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/attach-handler-lifecycle-event/",
		},
	},
}

var hookRecent = audit.Duration("within", time.Hour, "how long ago a hook may have failed to count")

// failing is a hook of a container with what Events tell of its failures.
type failing struct {
	container, hook string
	count           int
	first, last     time.Time
}

func lifecycleHookFailing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if !slices.ContainsFunc(w.Templates, hasHook) {
		return audit.NotApplicable()
	}
	hooks := failingHooks(p, w)
	if len(hooks) == 0 && !p.ReadIn(w.Namespace, inventory.Events) {
		return audit.Unknown(p.WhyUnread(w.Namespace, inventory.Events))
	}
	var faults []audit.Fault
	for _, h := range hooks {
		consequence := "it was stopped without what the hook does"
		if h.hook == "postStart" {
			consequence = "the container was killed for it"
		}
		faults = append(faults, audit.Fault{
			Container: h.container,
			Message: fmt.Sprintf("%s hook failed at least %s, the last %s ago: %s", h.hook, times(h.count), p.Age(h.last),
				consequence),
			Evidence: report.Evidence{"hook": h.hook, "count": h.count, "lastAt": h.last.UTC().Format(time.RFC3339)},
			Since:    h.first,
			Fix: audit.Fix{
				Advice:  "run the command of the " + h.hook + " hook by hand, and correct it",
				Command: audit.Kubectl("get").In(w.Namespace).On(strings.ToLower(w.Kind)+"/"+w.Name).With("-o", "yaml"),
			},
		})
	}
	return audit.Faults(faults...)
}

func hasHook(t *inventory.Template) bool {
	for _, c := range t.LongRunning() {
		if c.Lifecycle != nil && (c.Lifecycle.PreStop != nil || c.Lifecycle.PostStart != nil) {
			return true
		}
	}
	return false
}

// failingHooks are those of living and former pods, in the order in which they
// began to fail.
func failingHooks(p *audit.Pass, w *inventory.Workload) []*failing {
	var hooks []*failing
	for _, e := range slices.Concat(p.EventsAround(w), p.EventsOfFormerPods(w)) {
		var hook string
		switch e.Reason {
		case "FailedPostStartHook":
			hook = "postStart"
		case "FailedPreStopHook":
			hook = "preStop"
		}
		if hook == "" || !p.Within(e.Last, hookRecent.In(p)) {
			continue
		}
		at := slices.IndexFunc(hooks, func(h *failing) bool { return h.container == e.Container && h.hook == hook })
		if at < 0 {
			at = len(hooks)
			hooks = append(hooks, &failing{container: e.Container, hook: hook, first: e.First, last: e.Last})
		}
		h := hooks[at]
		h.count += int(e.Count)
		if e.First.Before(h.first) {
			h.first = e.First
		}
		if e.Last.After(h.last) {
			h.last = e.Last
		}
	}
	slices.SortStableFunc(hooks, func(a, b *failing) int { return a.first.Compare(b.first) })
	return hooks
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
