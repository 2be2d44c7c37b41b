package cause

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// beforeNode is how long before its node is said to be not ready a pod may show
// it: the runtime that fails is noticed later than what it runs.
const beforeNode = 5 * time.Minute

// DeadNode is the node that explains why a pod is in trouble since then: it is
// not ready, and was not when the trouble began. It is nil for all other pods.
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

// NodesSpeak reports whether nodes are judged, so that a dead one need not be
// told once for each of its pods: an audit of a part of the cluster does not.
func NodesSpeak(p *audit.Pass) bool {
	return p.Scope.Namespace == "" && !p.Scope.Selects()
}
