package collect

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The messages are those of the scheduler.
func TestWithoutPreemption(t *testing.T) {
	for _, test := range []struct{ message, want string }{
		{"", ""},
		{"0/3 nodes are available: 3 Insufficient memory.", "0/3 nodes are available: 3 Insufficient memory."},
		{"0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
			"0/3 nodes are available: 3 Insufficient cpu"},
		{"0/1 nodes are available: 1 node(s) had untolerated taint {a: b}. no new claims to deallocate, preemption: 0/1 nodes are available: " +
			"1 Preemption is not helpful for scheduling.", "0/1 nodes are available: 1 node(s) had untolerated taint {a: b}"},
		{`persistentvolumeclaim "data.v1" not found`, `persistentvolumeclaim "data.v1" not found`},
	} {
		if got := withoutPreemption(test.message); got != test.want {
			t.Errorf("%q: %q, want %q", test.message, got, test.want)
		}
	}
}

// The messages are those of the kubelet.
func TestShortage(t *testing.T) {
	for message, want := range map[string]inventory.Shortage{
		"": "",
		"The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi. Container app was using 1Gi, request is 64Mi.": inventory.ShortOfMemory,
		"The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 900Mi.":                                     inventory.ShortOfStorage,
		"The node was low on resource: inodes. ":                                             "",
		"The node was low on resource: pids. ":                                               "",
		"The node had condition: [DiskPressure]. ":                                           "",
		`Usage of EmptyDir volume "cache" exceeds the limit "1Gi". `:                         inventory.ShortOfStorage,
		"Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ":      inventory.ShortOfStorage,
		"Node didn't have enough resource: memory, requested: 1Gi, used: 7Gi, capacity: 7Gi": inventory.ShortOfMemory,
		"Node didn't have enough resource: cpu, requested: 2000, used: 7000, capacity: 8000": "",
	} {
		if got := shortage(message); got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
}
