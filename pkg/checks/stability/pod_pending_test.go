package stability

import "testing"

func TestSchedulerReason(t *testing.T) {
	for _, test := range []struct{ message, want string }{
		{"", ""},
		{"0/3 nodes are available: 3 Insufficient memory.", "0/3 nodes are available: 3 Insufficient memory"},
		{"0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
			"0/3 nodes are available: 3 Insufficient cpu"},
		{"0/1 nodes are available: 1 node(s) had untolerated taint {a: b}. no new claims to deallocate, preemption: 0/1 nodes are available: " +
			"1 Preemption is not helpful for scheduling.", "0/1 nodes are available: 1 node(s) had untolerated taint {a: b}"},
		{`persistentvolumeclaim "data.v1" not found`, `persistentvolumeclaim "data.v1" not found`},
	} {
		if got := schedulerReason(test.message); got != test.want {
			t.Errorf("%q: %q, want %q", test.message, got, test.want)
		}
	}
}
