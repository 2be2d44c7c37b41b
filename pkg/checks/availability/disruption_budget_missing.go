package availability

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// DisruptionBudgetMissing finds replicas that may all be evicted at once.
var DisruptionBudgetMissing = &audit.Check{
	ID: "disruption-budget-missing", Category: Category, Severity: api.Medium, Since: "v0.1.0",
	Title: "Replicated workload has no PodDisruptionBudget",
	Reads: audit.Reads{AbsentFrom: []inventory.Resource{inventory.PodDisruptionBudgets}},
	Judge: audit.Over(audit.Workloads, disruptionBudgetMissing),
	Doc: audit.Doc{
		What: "A Deployment, StatefulSet or ReplicationController asks for at least 2 replicas, and no " +
			"PodDisruptionBudget selects its pods or, if none runs, its template. Low if the arguments mention leader " +
			"election: only one pod works at a time. Pods that only run a pause container are not judged: they exist " +
			"to be evicted.",
		Why: "A node upgrade drains nodes, often several at a time, and evicts every pod on them. Without a budget, " +
			"the drain does not wait for a replacement to start, so replicas that are meant to cover for each other " +
			"can be down at the same time during planned maintenance.",
		Fix: "Let one pod be unavailable at a time: maxUnavailable 1 suits most workloads and, unlike minAvailable, " +
			"needs no change when the number of replicas does. A system that votes needs its quorum: maxUnavailable 1 " +
			"of 3, 2 of 5. Never allow 0: such a budget blocks every drain.",
		Limitations: "A budget protects only against evictions, not against node failures, rollouts or deletions. " +
			"DaemonSets are not judged, because drains ignore them, nor are custom resources. A batch worker that may " +
			"stop completely needs no budget but is flagged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",
			"https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
		},
	},
}

func disruptionBudgetMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.Replicas == nil || *w.Replicas < 2 || len(w.Templates) > 0 && image.OnlyPause(w.Templates[0]) {
		return audit.NotApplicable()
	}
	if len(w.Budgets) > 0 {
		return audit.Faults()
	}
	fault := audit.Fault{
		Message:  fmt.Sprintf("no PodDisruptionBudget: node drains may evict all %d replicas at once", *w.Replicas),
		Evidence: api.Evidence{"replicas": int(*w.Replicas)},
		Fix:      newBudget(w),
	}
	if slices.ContainsFunc(w.Templates, electsLeader) {
		fault.Severity = api.Low
		fault.Message += "; one works at a time, elected as leader"
	}
	return audit.Faults(fault)
}

// electsLeader reports whether the arguments of an app say that one of its
// replicas works and the others wait.
func electsLeader(t *inventory.Template) bool {
	return slices.ContainsFunc(t.LongRunning(), func(c *corev1.Container) bool {
		return slices.ContainsFunc(slices.Concat(c.Command, c.Args), func(word string) bool {
			option, value, _ := strings.Cut(strings.ToLower(word), "=")
			option = strings.ReplaceAll(option, "-", "")
			return strings.HasPrefix(word, "-") && strings.Contains(option, "leaderelect") && !strings.HasPrefix(option, "disable") && !inventory.Off(value)
		})
	})
}

func newBudget(w *inventory.Workload) audit.Fix {
	fix := audit.Fix{Advice: "let one pod be unavailable at a time"}
	if w.Selector != nil {
		fix.Command = audit.Kubectl("create", "poddisruptionbudget").In(w.Namespace).On(w.Name).Flag("--selector=", selectorText(w.Selector)).With("--max-unavailable=1")
	}
	return fix
}

// selectorText writes a selector as kubectl reads it. It does not validate: the
// API server has.
func selectorText(s *metav1.LabelSelector) string {
	var requirements []string
	for name, value := range s.MatchLabels {
		requirements = append(requirements, name+"="+value)
	}
	slices.Sort(requirements)
	for _, e := range s.MatchExpressions {
		requirements = append(requirements, expressionText(e))
	}
	return strings.Join(requirements, ",")
}

func expressionText(e metav1.LabelSelectorRequirement) string {
	values := "(" + strings.Join(e.Values, ",") + ")"
	switch e.Operator {
	case metav1.LabelSelectorOpIn:
		return e.Key + " in " + values
	case metav1.LabelSelectorOpNotIn:
		return e.Key + " notin " + values
	case metav1.LabelSelectorOpDoesNotExist:
		return "!" + e.Key
	}
	return e.Key
}
