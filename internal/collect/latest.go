package collect

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// latest returns the facts of each object that were read last, in the order of
// an inventory. Files may contain an object twice, and kubectl apply would end
// with the last.
func latest[T interface{ Identity() *inventory.Object }](facts []T) []T {
	sorted := slices.Clone(facts)
	inventory.SortObjects(sorted)
	return lastOf(sorted, func(fact T) key { return keyOf(fact.Identity()) })
}

// lastOf keeps the last of adjacent facts with the same key.
func lastOf[T any, K comparable](facts []T, key func(T) K) []T {
	kept := facts[:0]
	for i, fact := range facts {
		if i+1 == len(facts) || key(fact) != key(facts[i+1]) {
			kept = append(kept, fact)
		}
	}
	return kept
}

// own returns the latest facts for objects that get relations: copies, if the facts
// are still needed.
func own[T any, P interface {
	*T
	Identity() *inventory.Object
}](f *Facts, facts []P) []P {
	objects := latest(facts)
	for i, fact := range objects {
		objects[i] = ownOne(f, fact)
	}
	return objects
}

func ownOne[T any](f *Facts, fact *T) *T {
	if f.handedOver {
		return fact
	}
	return new(*fact)
}
