package remedy

import (
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// scalable lists the kinds that kubectl scale changes.
var scalable = []string{"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"}

// SecondReplica scales a workload to two where nothing would scale it back, and
// where two pods can run.
func SecondReplica(w *inventory.Workload, advice string) audit.Fix {
	switch {
	case len(w.Autoscalers) > 0:
		h := w.Autoscalers[0]
		return Object(&h.Object, advice+" under its autoscaler", Fields{"minReplicas": 2, "maxReplicas": max(h.Max, 2)})
	case w.SharesClaim():
		return audit.Fix{Advice: advice + ", once they can share its PersistentVolumeClaim (ReadWriteMany) or need none"}
	case w.Owner != nil:
		return audit.Fix{Advice: advice + in(w.Owner)}
	case slices.Contains(scalable, w.Kind):
		return audit.Fix{
			Advice:  advice,
			Command: audit.Kubectl("scale").In(w.Namespace).On(strings.ToLower(w.Kind) + "/" + w.Name).With("--replicas=2"),
		}
	}
	return audit.Fix{Advice: advice}
}

// in says where to change what its owner keeps as it wants it.
func in(o *inventory.Owner) string {
	return ", in " + o.Kind + " " + o.Name + ", which owns it and may revert a change"
}
