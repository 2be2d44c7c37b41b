package audit

import "github.com/prodcheck/kubectl-prodcheck/pkg/report"

// Memo is what checks make of values that many subjects have in common, made
// once in an audit.
type Memo[K comparable, V any] struct{ of func(*Pass, K) V }

// NewMemo remembers the results of a function of the pass and of one value.
func NewMemo[K comparable, V any](of func(*Pass, K) V) *Memo[K, V] { return &Memo[K, V]{of} }

// In is the function's result for a value.
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

// Fact is evidence of a single fact, one for all findings that have it: maps of
// their own would take more memory than they do. It is not the caller's own.
func Fact[V comparable](p *Pass, name string, value V) report.Evidence {
	return facts.In(p, fact{name, value})
}

type fact struct {
	name  string
	value any
}

var facts = NewMemo(func(_ *Pass, f fact) report.Evidence { return report.Evidence{f.name: f.value} })
