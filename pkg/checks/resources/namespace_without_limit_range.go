package resources

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// NamespaceWithoutLimitRange finds namespaces in which nothing replaces a
// forgotten limit.
var NamespaceWithoutLimitRange = &audit.Check{
	ID: "namespace-without-limit-range", Category: Category, Severity: api.Low, Since: "v0.1.0", Urgency: api.Later,
	Title: "Namespace has no LimitRange for containers without limits",
	Reads: audit.Reads{
		Needs:      []inventory.Resource{inventory.LimitRanges},
		AbsentFrom: []inventory.Resource{inventory.LimitRanges},
	},
	Options: []audit.Option{limitRangeExempt},
	Judge:   audit.Over(audit.Namespaces, namespaceWithoutLimitRange),
	Doc: audit.Doc{
		What: "A namespace contains no LimitRange and runs containers for which neither they nor their pod have a " +
			"memory limit. Containers of any kind count, finished pods do not. The cluster's own namespaces are not " +
			"judged (option exempt).",
		Why: "Sooner or later somebody forgets a limit: in a debug pod, in a chart's sidecar, or in a Job that is " +
			"created by hand and uses up the memory of its node. A LimitRange is the safety net: the API server gives " +
			"its default to every container without a limit, and rejects containers that exceed its maximum.",
		Fix: "Set a default for memory that suits most containers of the namespace, as limit and as request, and let " +
			"the few large ones set their own. It applies only to new pods: running pods stay as they are until they " +
			"are recreated, so find out first which of them would be OOM killed with that default.",
		Limitations: "The content of a LimitRange is not examined: one that only has a minimum passes this check. CPU " +
			"limits, which many teams omit on purpose, are not required.",
		References: []string{
			"https://kubernetes.io/docs/concepts/policy/limit-range/",
			"https://kubernetes.io/docs/tasks/administer-cluster/manage-resources/memory-default-namespace/",
		},
	},
}

var limitRangeExempt = exemptOption()

func namespaceWithoutLimitRange(p *audit.Pass, n *inventory.Namespace) audit.Verdict {
	if slices.Contains(limitRangeExempt.In(p), n.Name) {
		return audit.NotApplicable()
	}
	all, without := 0, 0
	for _, w := range running(n) {
		// The next pod is created from the newest revision.
		newest := w.Templates[0]
		all += len(newest.Spec.InitContainers) + len(newest.Spec.Containers)
		without += len(unlimited(newest, corev1.ResourceMemory))
	}
	switch {
	case all == 0:
		return audit.NotApplicable()
	case without == 0 || len(n.LimitRanges) > 0:
		return audit.Faults()
	}
	return audit.Faults(audit.Fault{
		Message:  fmt.Sprintf("no LimitRange; containers without a memory limit: %d of %d", without, all),
		Evidence: api.Evidence{"containers": all, "withoutMemoryLimit": without},
		Fix:      createLimitRange(n.Name),
	})
}

// createLimitRange proposes a manifest, because kubectl has no command for a
// LimitRange.
func createLimitRange(namespace string) audit.Fix {
	return audit.Fix{
		Advice: "give containers without a limit a default",
		Command: audit.Kubectl("create").In(namespace).With("--filename=-").Reading(
			`{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"defaults"},"spec":{"limits":` +
				`[{"type":"Container","default":{"memory":"MEMORY"},"defaultRequest":{"memory":"MEMORY"}}]}}`),
	}
}
