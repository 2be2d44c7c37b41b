package availability

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// TopologySpreadMissing finds replicas that nothing keeps apart.
var TopologySpreadMissing = &audit.Check{
	ID: "topology-spread-missing", Category: Category, Severity: api.Info, Since: "v0.1.0",
	Field:   "topologySpreadConstraints",
	Title:   "No topology spread constraint or pod anti-affinity",
	Judge:   audit.Over(audit.Workloads, topologySpreadMissing),
	Options: []audit.Option{spreadFrom},
	Doc: audit.Doc{
		What: "A workload asks for at least 3 replicas, and its newest pod spec has neither topologySpreadConstraints " +
			"nor a podAntiAffinity whose selector matches the pod's own labels: a rule about other pods does not " +
			"spread these.",
		Why: "By default the scheduler spreads the pods of a Service or controller only as a preference, and tolerates " +
			"a difference of 3 pods between nodes and 5 between zones. After a few node upgrades all replicas can be " +
			"in one zone, or most of them on one node, and nothing moves them back. When that zone or node fails, so " +
			"does the service.",
		Fix: "Add a constraint for zones and one for nodes. ScheduleAnyway spreads pods where it can and never keeps a " +
			"pod from starting; DoNotSchedule is stricter and leaves pods Pending when a zone is full or gone. Use the " +
			"selector of the workload.",
		Limitations: "A cluster may set other default constraints in the configuration of its scheduler, which the API " +
			"does not show. Whether the pods are spread now is reported by replicas-on-one-node and " +
			"replicas-in-one-zone.",
		References: []string{
			"https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#affinity-and-anti-affinity",
		},
	},
}

var spreadFrom = audit.Int("replicas", 3, "number of replicas from which they should be spread")

func topologySpreadMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.Replicas == nil || int(*w.Replicas) < spreadFrom.In(p) || len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	if spread(w.Templates[0], w.Namespace) {
		return audit.Faults()
	}
	without := "with neither spread constraints nor anti-affinity"
	if hasSpreadRules(&w.Templates[0].Spec) {
		without = "and no spread constraint or anti-affinity whose selector matches them"
	}
	return audit.Faults(audit.Fault{
		Message:  fmt.Sprintf("%d replicas %s", *w.Replicas, without),
		Evidence: api.Evidence{"replicas": int(*w.Replicas)},
		Fix:      addSpread(w, "spread them over zones and nodes, as far as there are any"),
	})
}
