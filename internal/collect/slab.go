package collect

// slab keeps values that are read one after the other in the same memory. A
// namespace is read, and given up, as a whole: if its values lay between those of
// others, their memory could not be used for anything else. A value that lives on
// keeps its neighbors.
type slab[T any] struct{ free []T }

// slabSize is the number of values that share memory.
const slabSize = 64

// keep returns a value in the memory of the slab.
func (s *slab[T]) keep(value T) *T {
	kept := s.room(1)
	kept[0] = value
	return &kept[0]
}

// keepAll returns values in the memory of the slab.
func (s *slab[T]) keepAll(values []T) []T {
	kept := s.room(len(values))
	copy(kept, values)
	return kept
}

// room returns empty values.
func (s *slab[T]) room(n int) []T {
	if n > len(s.free) {
		s.free = make([]T, max(n, slabSize))
	}
	taken := s.free[:n:n]
	s.free = s.free[n:]
	return taken
}
