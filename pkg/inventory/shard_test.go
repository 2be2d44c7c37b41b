package inventory

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

func TestEachNamespaceBelongsToOneShard(t *testing.T) {
	pods := map[string]int{}
	for i := range 500 {
		pods[fmt.Sprintf("team-%d", i)] = i
	}
	for _, of := range []int{1, 2, 8, 100} {
		placed := Place(pods, of)
		for name := range pods {
			owners := 0
			for i := range of {
				if (&Shard{Index: i + 1, Of: of, Placed: placed}).Owns(name) {
					owners++
				}
			}
			if owners != 1 {
				t.Errorf("%d of %d shards own %s", owners, of, name)
			}
		}
	}
}

func TestShardsAreBalanced(t *testing.T) {
	for name, sizes := range map[string][]int{
		"alike":        slices.Repeat([]int{500}, 40),
		"many small":   slices.Repeat([]int{10}, 2000),
		"a few giants": append(slices.Repeat([]int{2000}, 8), slices.Repeat([]int{20}, 200)...),
	} {
		pods, all := map[string]int{}, 0
		for i, n := range sizes {
			pods[fmt.Sprintf("team-%d", i)], all = n, all+n
		}
		placed := Place(pods, 8)
		for i := range 8 {
			own := 0
			for name, n := range pods {
				if (&Shard{Index: i + 1, Of: 8, Placed: placed}).Owns(name) {
					own += n
				}
			}
			if own > all/5 {
				t.Errorf("%s: shard %d has %d of %d pods", name, i+1, own, all)
			}
		}
	}
}

// Shards count one after the other.
func TestDivisionBearsPodsThatComeAndGo(t *testing.T) {
	before := map[string]int{"shop": 300, "bank": 150, "test": 9}
	after := map[string]int{"shop": 310, "bank": 140, "test": 90, "new": 1}
	if a, b := Place(before, 4), Place(after, 4); !maps.Equal(a, b) {
		t.Errorf("%v and %v", a, b)
	}
	same, other := &Shard{Index: 1, Of: 4, Placed: Place(before, 4)}, &Shard{Index: 2, Of: 4, Placed: Place(map[string]int{"test": 900}, 4)}
	if same.Division() == other.Division() {
		t.Error("other divisions are the same")
	}
}
