package audittest

import (
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Catalog requires that checks can be used together: each has a unique ID, and
// the checks that it explains exist and do not explain it.
func Catalog(t *testing.T, checks []*audit.Check) {
	t.Helper()
	if err := audit.Validate(checks); err != nil {
		t.Error(err)
	}
	for _, c := range checks {
		names := slices.Clone(c.Explains)
		for _, more := range c.VariantExplains {
			names = append(names, more...)
		}
		for _, name := range names {
			id, _, _ := strings.Cut(name, "/")
			if !slices.ContainsFunc(checks, func(other *audit.Check) bool { return other.ID == id }) {
				t.Errorf("%s explains %s, which is not a check", c.ID, id)
			}
		}
	}
}
