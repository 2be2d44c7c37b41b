package inventory

import (
	"cmp"
	"slices"
)

// SortObjects sorts by namespace, kind and name, the order of every list in an
// inventory.
func SortObjects[T interface{ Identity() *Object }](objects []T) {
	slices.SortStableFunc(objects, func(a, b T) int { return CompareObjects(a.Identity(), b.Identity()) })
}

// Contains reports whether a sorted list of an inventory contains an object.
func Contains[T interface {
	comparable
	Identity() *Object
}](sorted []T, o T) bool {
	i, _ := slices.BinarySearchFunc(sorted, o, func(a, b T) int { return CompareObjects(a.Identity(), b.Identity()) })
	for ; i < len(sorted) && CompareObjects(sorted[i].Identity(), o.Identity()) == 0; i++ {
		if sorted[i] == o {
			return true
		}
	}
	return false
}

// Find finds an object in a sorted list of an inventory, whatever its UID. It
// returns nil if the object is not there.
func Find[T interface{ Identity() *Object }](sorted []T, namespace, kind, name string) (found T) {
	i, exists := slices.BinarySearchFunc(sorted, name, func(o T, name string) int {
		i := o.Identity()
		return cmp.Or(cmp.Compare(i.Namespace, namespace), cmp.Compare(i.Kind, kind), cmp.Compare(i.Name, name))
	})
	if exists {
		return sorted[i]
	}
	return found
}

// In returns the part of a sorted list that is in a namespace.
func In[T interface{ Identity() *Object }](sorted []T, namespace string) []T {
	compare := func(o T, namespace string) int { return cmp.Compare(o.Identity().Namespace, namespace) }
	first, _ := slices.BinarySearchFunc(sorted, namespace, compare)
	rest := sorted[first:]
	n := slices.IndexFunc(rest, func(o T) bool { return o.Identity().Namespace != namespace })
	if n < 0 {
		n = len(rest)
	}
	return rest[:n]
}

// CompareObjects sorts by namespace, kind and name. The UID keeps objects with
// the same name, which a file may contain, in a stable order.
func CompareObjects(a, b *Object) int {
	// This is the hot path of sorting and searching, and most objects differ early.
	if n := cmp.Compare(a.Namespace, b.Namespace); n != 0 {
		return n
	}
	if n := cmp.Compare(a.Kind, b.Kind); n != 0 {
		return n
	}
	if n := cmp.Compare(a.Name, b.Name); n != 0 {
		return n
	}
	return cmp.Compare(a.UID, b.UID)
}

// ListedBefore reports whether an API server lists what is in namespace a before what
// is in b: it sorts by namespace, a slash, and the name.
func ListedBefore(a, b string) bool { return a+"/" < b+"/" }
