package stability

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// PodEvicted finds workloads whose pods were evicted.
var PodEvicted = &audit.Check{
	ID: "pod-evicted", Category: Category, Severity: api.Medium, Worst: api.High, Since: "v0.1.0", Live: true,
	Title: "Pods were evicted or preempted",
	// Nodes show which pods a dead one took down.
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Nodes}},
	Options: []audit.Option{evictionRecent},
	Judge:   audit.Over(audit.Workloads, podEvicted),
	Doc: audit.Doc{
		What: "Pods of the workload failed within the last 24 hours for a reason of the node or the scheduler: " +
			"Evicted, Preempting, NodeLost, a shutdown of the node, or the condition DisruptionTarget. A pod that " +
			"failed with any reason before a container started was rejected by the kubelet, and counts as well. The " +
			"finding counts the pods by reason. High from 10 pods within an hour: a ReplicaSet replaces each " +
			"immediately. Low when it is over: all pods of the workload are ready, or its Job succeeded since, and " +
			"pods of the current template are not lost at regular intervals. Drains through the eviction API are " +
			"normal and do not count, nor do pods of a node that has not been ready since then: node-not-ready reports " +
			"the node.",
		Why: "A node that is low on memory or disk (\"The node was low on resource\") evicts pods without respecting " +
			"disruption budgets, first those that use more than they request. Their replacements fill the next node, " +
			"so one pod that uses too much can cause evictions on one node after the other.",
		Fix: "Low on memory: give every pod a memory request close to its use, and a limit, so that the scheduler does " +
			"not overfill the node. Ephemeral storage: log to stdout, set a sizeLimit on each emptyDir and request " +
			"ephemeral-storage. Preemption: a pod of higher priority took its place; give important pods a " +
			"PriorityClass. After a shutdown or the loss of a node, repair the node.",
		Limitations: "Failed pods are kept only until the garbage collector or a person deletes them; ReplicaSets keep " +
			"theirs, but the controllers of StatefulSets and DaemonSets delete them immediately. A pod that the " +
			"scheduler preempted or a taint removed is usually deleted as well. The count is therefore a lower bound.",
		References: []string{
			"https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
			"https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions",
		},
	},
}

var evictionRecent = audit.Duration("within", 24*time.Hour, "how recent an eviction must be to count")

func podEvicted(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Pods) == 0 {
		return audit.NotApplicable()
	}
	byReason := map[string]int(nil)
	var evicted []*inventory.Pod
	var first time.Time
	for _, pod := range w.Pods {
		reason := evictionReason(pod)
		if reason == "" || pod.Deleting() || !p.Within(endOf(pod), evictionRecent.In(p)) ||
			cause.DeadNode(p, pod, endOf(pod)) != nil && cause.NodesJudged(p) {
			continue
		}
		if byReason == nil {
			byReason = map[string]int{}
		}
		byReason[reason]++
		evicted = append(evicted, pod)
		if first.IsZero() || endOf(pod).Before(first) {
			first = endOf(pod)
		}
	}
	if len(evicted) == 0 {
		return audit.Faults()
	}
	slices.SortStableFunc(evicted, func(a, b *inventory.Pod) int { return endOf(b).Compare(endOf(a)) })
	n, last := len(evicted), evicted[0]
	text := fmt.Sprintf("%s lost in %s: %s, the last %s", amount.Count(n, "pod"), p.Age(p.Now.Add(-evictionRecent.In(p))),
		reasonsText(byReason), ago(p, endOf(last)))
	if sentence := firstSentence(last.Message); sentence != "" {
		text += ": " + sentence
	}
	severity := api.Medium
	switch back := recovered(w, endOf(last)); {
	case !back.IsZero() && !regular(p, ofPresentTemplates(w, evicted)):
		severity = api.Low
		text += "; over since " + ago(p, back)
	case n >= manyEvicted && p.Within(endOf(evicted[manyEvicted-1]), time.Hour):
		severity = api.High
		text += "; it continues"
	}
	return audit.Faults(audit.Fault{
		Pods:     evicted,
		Severity: severity, Message: text,
		Evidence: api.Evidence{"pods": n, "reasons": slices.Sorted(maps.Keys(byReason)), "lastAt": api.Time(endOf(last))},
		Since:    first, Fix: evictionFix(last),
	})
}

// manyEvicted is the number of pods within an hour that cannot be a coincidence.
const manyEvicted = 10

// reasonsText says "2 Evicted, 1 NodeLost", the most frequent first.
func reasonsText(byReason map[string]int) string {
	names := slices.SortedFunc(maps.Keys(byReason), func(a, b string) int {
		return cmp.Or(byReason[b]-byReason[a], strings.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", byReason[name], name)
	}
	return strings.Join(names, ", ")
}

// firstSentence cuts the numbers that follow in the kubelet's messages.
func firstSentence(message string) string {
	sentence, _, _ := strings.Cut(strings.TrimSpace(message), ". ")
	return strings.TrimSuffix(sentence, ".")
}

func evictionFix(pod *inventory.Pod) audit.Fix {
	fix := remedy.DescribePod(pod, "find out why it was evicted")
	switch {
	case pod.ShortOf == inventory.ShortOfMemory:
		fix.Advice = "request as much memory as it uses, and find out what fills the node"
	case pod.ShortOf == inventory.ShortOfStorage:
		fix.Advice = "limit what it writes, and request the ephemeral storage that it needs"
	case !everStarted(pod):
		fix.Advice = "find out why the kubelet rejects it"
	}
	return fix
}
