package availability

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// readyReplicas returns the pods of a workload that can replace each other, ready
// and placed. Pods of a DaemonSet run on a node each, and pods that run to
// completion share work instead of repeating it.
func readyReplicas(w *inventory.Workload) []*inventory.Pod {
	if len(w.Pods) < 2 || w.Kind == "DaemonSet" || w.RunsToCompletion() {
		return nil
	}
	ready := make([]*inventory.Pod, 0, len(w.Pods))
	for _, pod := range w.Pods {
		if pod.Deleting() || pod.Finished() || pod.Node == "" || !pod.Ready.Is(corev1.ConditionTrue) {
			continue
		}
		if len(ready) > 0 && !alike(w, ready[0], pod) {
			return nil
		}
		ready = append(ready, pod)
	}
	return ready
}

// alike reports whether two pods of a workload do the same. A custom resource
// may own several controllers, each for a part of its own.
func alike(w *inventory.Workload, a, b *inventory.Pod) bool {
	switch w.Kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController":
		return true
	}
	return a.Owner != nil && b.Owner != nil && *a.Owner == *b.Owner
}

// anotherNode returns a node that the scheduler could choose for a pod like this
// and that the caller wants, nil if there is none.
func anotherNode(p *audit.Pass, pod *inventory.Pod, wanted func(*inventory.Node) bool) *inventory.Node {
	spec := &pod.Template.Spec
	required := nodeaffinity.NewRequiredNodeAffinity(spec.NodeSelector, spec.Affinity)
	for n := range p.EachNode() {
		if !wanted(n) || !open(n, spec.Tolerations) {
			continue
		}
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: n.Name, Labels: n.Labels}}
		if matches, err := required.Match(node); matches && err == nil {
			return n
		}
	}
	return nil
}

// open reports whether pods with the tolerations can be placed on the node now.
func open(n *inventory.Node, tolerations []corev1.Toleration) bool {
	ready, _ := n.Condition(corev1.NodeReady)
	if n.Unschedulable || n.Deleting() || ready.Status != corev1.ConditionTrue {
		return false
	}
	for i := range n.Taints {
		taint := &n.Taints[i]
		tolerated := func(t corev1.Toleration) bool { return t.ToleratesTaint(klog.Logger{}, taint, false) }
		if taint.Effect != corev1.TaintEffectPreferNoSchedule && !slices.ContainsFunc(tolerations, tolerated) {
			return false
		}
	}
	return true
}
