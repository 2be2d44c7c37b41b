package collect

import "testing"

func TestASlabKeepsWhatItIsGiven(t *testing.T) {
	var s slab[int]
	var all []*int
	for n := range 3*slabSize + 1 {
		all = append(all, s.keep(n))
	}
	long := s.keepAll(make([]int, slabSize+1))
	long[slabSize] = -1
	some := s.keepAll([]int{-2, -3})
	_ = append(some, -4) // has no room in the slab
	last := s.keep(-5)
	for n, kept := range all {
		if *kept != n {
			t.Errorf("%d became %d", n, *kept)
		}
	}
	if long[slabSize] != -1 || some[0] != -2 || some[1] != -3 || *last != -5 {
		t.Errorf("kept %d, %v and %d", long[slabSize], some, *last)
	}
}

// Pods that are read lie side by side, pods that are followed do not: each of those
// would keep its neighbors alive, and with them the inventories of the past.
func TestFollowedPodsShareNoMemory(t *testing.T) {
	for _, followed := range []bool{false, true} {
		f, want := New(), slabSize-2
		if followed {
			f.Follow()
			want = 0
		}
		for i := range 2 {
			f.Add(replica("cart-1", i, "64Mi"), Unsaid{})
		}
		if got := len(f.shared.pods.free); got != want {
			t.Errorf("followed %v: %d places are left beside two pods, want %d", followed, got, want)
		}
	}
}
