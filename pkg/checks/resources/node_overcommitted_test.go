package resources

import (
	"reflect"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func nodeOf(name, memory string) *inventory.Node {
	return &inventory.Node{
		Object:      inventory.Object{Kind: "Node", Name: name},
		Allocatable: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(memory), corev1.ResourceCPU: resource.MustParse("4")},
		Conditions:  []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}},
	}
}

// One node answers for the cluster's reserve: the largest, of equal ones the
// first.
func TestLargest(t *testing.T) {
	cordoned := nodeOf("e", "32Gi")
	cordoned.Unschedulable = true
	nodes := []*inventory.Node{nodeOf("a", "4Gi"), nodeOf("b", "8Gi"), nodeOf("c", "8Gi"), nodeOf("d", "4Gi"), cordoned}
	for _, n := range nodes {
		if got := largest(slices.Values(nodes), n); got != (n.Name == "b") {
			t.Errorf("%s is the largest: %v", n.Name, got)
		}
	}
}

// Where not all pods were read, a node may hold more than is known; where not
// all nodes were, the cluster may.
func TestNodesReadInPart(t *testing.T) {
	read := func(pods, nodes inventory.State, list ...*inventory.Node) *audit.Pass {
		return &audit.Pass{Cluster: &inventory.Inventory{Nodes: list, Reads: []inventory.Read{
			{Resource: inventory.Pods, State: pods, Reason: "timed out"}, {Resource: inventory.Nodes, State: nodes, Reason: "timed out"},
		}}}
	}
	full, small := nodeOf("a", "8Gi"), nodeOf("b", "1Gi")
	full.Load = loadOf("1", "6Gi")
	unknown := audit.Unknown("pods: read in part, timed out")
	for _, test := range []struct {
		name string
		pass *audit.Pass
		want audit.Verdict
	}{
		{"all", read(inventory.Complete, inventory.Complete, full), audit.Faults()},
		{"some pods", read(inventory.Partial, inventory.Complete, full), unknown},
		{"some nodes", read(inventory.Complete, inventory.Partial, full, small), audit.Unknown("nodes: read in part, timed out")},
	} {
		if got := nodeOvercommitted(test.pass, full); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
	for _, pods := range []inventory.State{inventory.Complete, inventory.Partial} {
		if got := nodeOvercommitted(read(pods, inventory.Complete, full, small), full); reflect.DeepEqual(got, audit.Faults()) || reflect.DeepEqual(got, unknown) {
			t.Errorf("without a reserve, pods %s: %+v", pods, got)
		}
	}
	silent := &inventory.Node{Object: inventory.Object{Name: "a"}}
	if got := nodeOvercommitted(read(inventory.Complete, inventory.Complete, silent), silent); !reflect.DeepEqual(got, audit.Unknown("node a does not report its allocatable memory")) {
		t.Errorf("%+v", got)
	}
}

func loadOf(cpu, memory string) inventory.Load {
	milli, bytes := resource.MustParse(cpu), resource.MustParse(memory)
	requests := inventory.Amounts{MilliCPU: milli.MilliValue(), Memory: bytes.Value()}
	return inventory.Load{Pods: 1, Requests: requests, Movable: requests}
}
