package traffic

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// One cause, one finding: the other check is named in it.
func TestFolding(t *testing.T) {
	for _, test := range []struct{ speaks, folded, example string }{
		{"service-without-endpoints", "service-selects-nothing", "edge-selects-nothing"},
		{"service-endpoints-partial", "service-single-endpoint", "bad"},
	} {
		t.Run(test.speaks, func(t *testing.T) {
			text, err := Fixtures.ReadFile("testdata/" + test.speaks + "/" + test.example + ".yaml")
			if err != nil {
				t.Fatal(err)
			}
			source := files.Source{Filenames: []string{"-"}, AssumeComplete: true, Stdin: strings.NewReader(string(text))}
			inv, err := source.Read(context.Background(), inventory.Request{Resources: inventory.AllResources()})
			if err != nil {
				t.Fatal(err)
			}
			found := audit.Run(inv, audit.Options{Checks: Checks, Now: noon}).Findings
			if len(found) != 1 || found[0].Check != test.speaks || !slices.Equal(found[0].Folded, []string{test.folded}) {
				t.Errorf("findings %+v", found)
			}
		})
	}
}
