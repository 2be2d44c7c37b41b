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
