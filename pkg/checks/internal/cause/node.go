package cause

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// beforeNode limits how long before its node is reported as not ready a pod may show
// it: a failing runtime is noticed later than what it runs.
const beforeNode = 5 * time.Minute

// DeadNode returns the node that explains why a pod has been in trouble since a
// time: it is not ready, and was not when the trouble began. It is nil for all
// other pods.
func DeadNode(p *audit.Pass, pod *inventory.Pod, since time.Time) *inventory.Node {
	node := p.Node(pod.Node)
	if node == nil {
		return nil
	}
	dead, isDead := node.NotReadySince()
	if !isDead || since.Before(dead.Add(-beforeNode)) {
		return nil
	}
	return node
}

// NodesJudged reports whether nodes are judged, so that a dead one need not be
// reported once for each of its pods: an audit of a part of the cluster does not
// judge them.
func NodesJudged(p *audit.Pass) bool {
	return p.WholeCluster()
}
