package inventory

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Node contains the facts about a node.
type Node struct {
	Object
	Unschedulable bool
	Taints        []corev1.Taint
	Zone          string
	Architecture  string
	// Runtime is the container runtime with its version.
	Runtime     string
	Allocatable corev1.ResourceList
	Conditions  []corev1.NodeCondition
	// Load is the load of the pods on it.
	Load Load
}

// Condition returns the node's condition of a type, and whether there is one.
func (n *Node) Condition(t corev1.NodeConditionType) (corev1.NodeCondition, bool) {
	for _, c := range n.Conditions {
		if c.Type == t {
			return c, true
		}
	}
	return corev1.NodeCondition{}, false
}

// NotReadySince returns the time at which the node stopped being ready, or was
// created without becoming ready. It returns false for a node that is ready or
// has no such condition.
func (n *Node) NotReadySince() (time.Time, bool) {
	ready, said := n.Condition(corev1.NodeReady)
	return ready.LastTransitionTime.Time, said && ready.Status != corev1.ConditionTrue
}

// Node finds a node by name. It returns nil if the node was not read.
func (inv *Inventory) Node(name string) *Node {
	i, found := slices.BinarySearchFunc(inv.Nodes, name, func(n *Node, name string) int { return strings.Compare(n.Name, name) })
	if !found {
		return nil
	}
	return inv.Nodes[i]
}

// Schedulable reports whether ordinary pods can be placed on the node now.
func (n *Node) Schedulable() bool {
	if ready, _ := n.Condition(corev1.NodeReady); n.Unschedulable || n.Deleting() || ready.Status != corev1.ConditionTrue {
		return false
	}
	for _, taint := range n.Taints {
		if taint.Effect != corev1.TaintEffectPreferNoSchedule {
			return false
		}
	}
	return true
}

// ImageSize returns the size in bytes of an image on the nodes that hold it, by
// any of its names. It returns 0 if no node reports it, because each node
// reports only its 50 largest images.
func (inv *Inventory) ImageSize(name string) int64 { return inv.ImageSizes[name] }
