package checks

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// set is a setting of an option to the first of some values that it takes.
func set(t *testing.T, check *audit.Check, o audit.Option, values []string) string {
	t.Helper()
	for _, value := range values {
		text := check.ID + "." + o.Name() + "=" + value
		if _, err := audit.ParseSettings(All(), []string{text}); err == nil {
			return text
		}
	}
	t.Fatalf("%s.%s takes none of %q", check.ID, o.Name(), values)
	return ""
}

// A check that reads the option of another one surprises those who set it: what
// it reads it declares, and its page says so.
func TestOnlyDeclaredOptionsAreRead(t *testing.T) {
	for name, values := range map[string][]string{"least": {"0s", "0"}, "most": {"1000d", "1000000"}} {
		t.Run(name, func(t *testing.T) {
			eachFixture(t, func(t *testing.T, f fixture) {
				var texts []string
				var seen []audit.Option
				for _, check := range All() {
					for _, o := range check.Options {
						if !slices.Contains(f.Check.Options, o) && !slices.Contains(seen, o) {
							seen = append(seen, o)

							texts = append(texts, set(t, check, o, values))
						}
					}
				}
				settings, err := audit.ParseSettings(All(), texts)
				if err != nil {
					t.Fatal(err)
				}
				inv := func() *inventory.Inventory { return f.Read(t, inventory.AllResources()) }
				want := verdicts(audit.Run(inv(), audit.Options{Checks: []*audit.Check{f.Check}, Now: now}))
				got := verdicts(audit.Run(inv(), audit.Options{Checks: []*audit.Check{f.Check}, Now: now, Settings: settings}))
				if !slices.Equal(got, want) {
					t.Errorf("with options of others found %q, without %q", got, want)
				}
			})
		})
	}
}
