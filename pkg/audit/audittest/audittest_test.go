package audittest

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// broken makes every mistake that an author can make: it reads Services,
// declares nodes but does not read them, and changes what it judges.
var broken = &audit.Check{
	ID: "broken-check", Severity: api.High,
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.Nodes}},
	Judge: audit.Over(audit.Workloads, func(p *audit.Pass, w *inventory.Workload) audit.Verdict {
		if p.Read(inventory.Services).Items == 0 {
			return audit.Faults()
		}
		w.Revised++
		return audit.Faults(audit.Fault{Message: "behind a Service"})
	}),
}

const inside = "AUDITTEST_INSIDE"

// TestBroken fails on purpose, in the process that TestRunReportsMistakes
// starts.
func TestBroken(t *testing.T) {
	if os.Getenv(inside) == "" {
		t.Skip("only for TestRunReportsMistakes")
	}
	Run(t, broken, "testdata")
}

func TestRunReportsMistakes(t *testing.T) {
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(executable, "-test.run", "^TestBroken$")
	cmd.Env = append(os.Environ(), inside+"=1")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("a check full of mistakes passes")
	}
	for _, want := range []string{
		"Category.Name is empty",
		"Title is empty",
		"Doc.Limitations is empty",
		"unexpected finding on Pod shop/cart:",
		"no finding on Pod shop/cart matches high nothing of the kind",
		`the example "good": something is found: true`,
		`explain does not show the example "bad"`,
		"broken-check changes what it judges",
		"it reads more than it declares",
		"no fixture depends on [nodes]",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("it is not told that %s:\n%s", want, out)
		}
	}
}
