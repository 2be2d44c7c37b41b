package image

import "github.com/prodcheck/kubectl-prodcheck/pkg/audit"

// Checks look at the same images again and again.
var (
	parsed = audit.NewMemo(func(_ *audit.Pass, image string) result {
		ref, err := Parse(image)
		return result{ref, err}
	})
	named = audit.NewMemo(func(_ *audit.Pass, image string) []string { return names(image) })
)

type result struct {
	ref Reference
	err error
}

// ParseIn is Parse with a cache for the audit.
func ParseIn(p *audit.Pass, image string) (Reference, error) {
	r := parsed.In(p, image)
	return r.ref, r.err
}

// NamesIn is Names with a cache for the audit.
func NamesIn(p *audit.Pass, image string) []string { return named.In(p, image) }
