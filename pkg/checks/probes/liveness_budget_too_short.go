package probes

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// LivenessBudgetTooShort finds containers that are killed before they have
// started.
var LivenessBudgetTooShort = &audit.Check{
	ID: "liveness-budget-too-short", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Field: "livenessProbe",
	Title: "Liveness or startup probe kills a container that is still starting",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.Events}},
	VariantExplains: map[string][]string{
		"kill": {
			"container-killed", "termination-forced", "container-restarting", "probe-failing/kills",
			"probe-timeout-default",
		},
	},
	Judge:   audit.Over(audit.Workloads, livenessBudgetTooShort),
	Options: []audit.Option{leastBudget},
	Doc: audit.Doc{
		What: "A liveness probe must succeed within its budget after the container's start: initialDelaySeconds plus " +
			"periodSeconds times failureThreshold. With a startup probe, the budget is that of the startup probe. It " +
			"is too short in three cases. The container restarted in the last hour, after a run that was about as long " +
			"as the budget, in which the probe failed often enough to be the cause. A pod became ready at its first " +
			"start, but its probe was one failure short of killing it. Or the budget is under 10 seconds.",
		Why: "A container that is killed while it starts, starts again and is killed again: it never becomes ready, " +
			"although nothing is wrong with it. It works on a laptop and on a quiet cluster, and fails when the node " +
			"is busy, the image is not cached or a migration takes longer, above all when all pods start at once after " +
			"the loss of a node.",
		Fix: "Add a startup probe that allows several times the slowest start; nothing else is probed until it " +
			"succeeds. Then the liveness probe can be as strict as needed, but it should tolerate one long garbage " +
			"collection pause.",
		Limitations: "Why a run ended is inferred from its length and from Events, which are kept for an hour: a " +
			"container that hung just then looks the same. A kill by a startup probe is recognized in the same way. " +
			"Pods that become ready later than the liveness probe allows are not flagged for that: the probe may check " +
			"something that is available sooner.",
		References: []string{
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes",
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
		},
	},
}

var leastBudget = audit.Duration("least", 10*time.Second, "how long a liveness probe must allow for a start")

func livenessBudgetTooShort(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if !runsForever(w) {
		return audit.NotApplicable()
	}
	unread, pods := "", podsOf(w)
	faults := faultsOf(w, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		g := guardOf(c)
		if g == nil {
			return nil
		}
		killed, suspects := g.kills(p, pods(t), t)
		if len(suspects) > 0 {
			unread = p.WhyUnread(w.Namespace, inventory.Events)
		}
		near, s := g.nearMiss(p, pods(t), t)
		switch {
		case len(killed) > 0:
			slices.SortStableFunc(killed, func(a, b kill) int { return b.end.Finished.Compare(a.end.Finished) })
			return withKills(g.fault(w, t, g.killText(p, killed)), killed)
		case g.allowed < leastBudget.In(p):
			// The kubelet limits Events: a loop of such kills is soon known by the length of its runs alone.
			return withKills(g.fault(w, t, fmt.Sprintf("the %s probe kills it %s after its start unless it has answered by then",
				g.kind, amount.Duration(g.allowed))), suspects)
		case near > 0:
			fault := g.fault(w, t, fmt.Sprintf("ready %s after its start, when the %s probe had failed %d times: it allows %s, and %d failures in a row kill the container",
				amount.Duration(s.took()), g.kind, near, amount.Duration(g.allowed), g.probe.FailureThreshold))
			fault.Pods = []*inventory.Pod{s.pod}
			return fault
		}
		return nil
	})
	return audit.FaultsUnless(unread, faults...)
}

// killText describes the newest kill, which comes first.
func (g *guard) killText(p *audit.Pass, killed []kill) string {
	last := killed[0]
	text := fmt.Sprintf("ended %s after its start, %s ago, when the %s probe had failed: it allows %s; restarted %d times",
		amount.Duration(last.end.Finished.Sub(last.end.Started)), p.Age(last.end.Finished), g.kind, amount.Duration(g.allowed), last.restarts)
	if len(killed) > 1 {
		return fmt.Sprintf("%d pods, the last %s", len(killed), text)
	}
	return text
}

func (g *guard) fault(w *inventory.Workload, t *inventory.Template, message string) *audit.Fault {
	facts := evidenceOf(t, g.container)
	facts["probe"], facts["allowedSeconds"] = string(g.kind), int(g.allowed.Seconds())
	fields := remedy.Fields{"startupProbe": remedy.Fields{"failureThreshold": g.patience()}}
	if g.kind == inventory.Liveness {
		fields = remedy.Fields{"startupProbe": patientStart(g.container, g.allowed)}
	}
	return &audit.Fault{
		Container: g.container.Name, Message: message, Evidence: facts,
		Fix: remedy.Container(w, t, g.container.Name, "add a startup probe that allows several times the length of a start", fields),
	}
}

// withKills says which pods a fault has ended, if any, and when.
func withKills(fault *audit.Fault, kills []kill) *audit.Fault {
	if len(kills) > 0 {
		fault.Variant = "kill"
	}
	for _, k := range kills {
		fault.Pods, fault.Seen = append(fault.Pods, k.pod), append(fault.Seen, k.end.Finished)
	}
	return fault
}

// patience triples the time that a startup probe allows, and makes it at least
// five minutes.
func (g *guard) patience() int32 {
	return failuresIn(max(3*g.allowed, 5*time.Minute), g.probe.PeriodSeconds)
}
