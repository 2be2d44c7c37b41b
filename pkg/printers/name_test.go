package printers

import (
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// The objects that the table shows have a line each, in the table's order.
func TestName(t *testing.T) {
	r := changed()
	again := r.Findings[0]
	again.Check, again.Object.Container = "image-tag-latest", "sidecar"
	trivial := r.Findings[0]
	trivial.Severity, trivial.Object = api.Info, deployment("shop", "trivial", "")
	elsewhere := r.Findings[0]
	elsewhere.Object.Namespace = "billing"
	r.Findings = append(r.Findings, again, trivial, elsewhere)
	const shown = `deployment.apps/cart
cronjob.batch/nightly
deployment.apps/web
service/checkout
rollout.argoproj.io/search
`
	if got := formatted(t, "name", foundIn(r)); got != shown+"deployment.apps/cart\n" {
		t.Errorf("got:\n%s", got)
	}
	r.Policy = &api.Policy{MinSeverity: api.Info}
	if got := formatted(t, "name", foundIn(r)); got != shown+"deployment.apps/trivial\ndeployment.apps/cart\n" {
		t.Errorf("with findings of severity info:\n%s", got)
	}
}

func FuzzName(f *testing.F) {
	f.Add("a\ndeployment.apps/forged", "apps/v1", "Deployment")
	f.Add("", "a/b/c", "")
	f.Fuzz(func(t *testing.T, name, apiVersion, kind string) {
		r := newReport()
		r.Findings = []api.Finding{{Severity: api.High, Object: api.Object{APIVersion: apiVersion, Kind: kind, Name: name}}}
		if out := formatted(t, "name", foundIn(r)); strings.Count(out, "\n") != 1 {
			t.Errorf("more than one line: %q", out)
		}
	})
}
