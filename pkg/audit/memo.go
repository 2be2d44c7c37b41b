package audit

// Memo caches the results of a function for values that many subjects share.
type Memo[K comparable, V any] struct{ of func(*Pass, K) V }

// NewMemo makes a Memo of a function of the pass and one value.
func NewMemo[K comparable, V any](of func(*Pass, K) V) *Memo[K, V] { return &Memo[K, V]{of} }

// In returns the function's result for a value.
func (m *Memo[K, V]) In(p *Pass, value K) V {
	results, _ := p.memos[m].(map[K]V)
	if result, found := results[value]; found {
		return result
	}
	if results == nil {
		results = map[K]V{}
		if p.memos == nil {
			p.memos = map[any]any{}
		}
		p.memos[m] = results
	}
	result := m.of(p, value)
	results[value] = result
	return result
}
