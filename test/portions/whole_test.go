package portions

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
)

// Whatever the size of pages, a report does not show that the cluster was judged in portions.
func TestPortionsMakeTheWhole(t *testing.T) {
	for _, chunk := range []int64{2, 7, 50, 500} {
		t.Run(fmt.Sprint(chunk), func(t *testing.T) { sameAsWhole(t, everyCheck(chunk), 3, townServer(t)) })
	}
}

// Neither do a policy, a scope and options.
func TestPortionsMakeTheWholeInEveryWay(t *testing.T) {
	for name, change := range map[string]func(*way) error{
		"without some namespaces": func(w *way) error { w.scope.Exclude = []string{"shop1*", "*-x"}; return nil },
		"a gate": func(w *way) error {
			score := 99
			w.options.Gate = audit.Gate{FailOn: api.High, MinScore: &score, RequireComplete: true}
			return nil
		},
		"from medium up": func(w *way) (err error) {
			w.options.MinSeverity = api.Medium
			w.options.Policy.Exceptions, err = exceptions()
			return err
		},
		"exceptions": func(w *way) (err error) { w.options.Policy.Exceptions, err = exceptions(); return err },
		"no annotations": func(w *way) error {
			w.options.Policy.ForbidAnnotations, w.options.Policy.Config = true, "prodcheck.yaml"
			return nil
		},
		"options": func(w *way) (err error) {
			w.options.Settings, err = audit.ParseSettings(checks.All(), []string{"node-overcommitted.limits=10", "pod-pending.grace=1h"})
			return err
		},
		"other severities": func(w *way) (err error) {
			w.options.Checks, err = audit.Select(checks.All(), audit.Selection{Severities: map[string]api.Severity{"image-tag-latest": api.Low, "node-not-ready": api.Medium}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := everyCheck(50)
			if err := change(&w); err != nil {
				t.Fatal(err)
			}
			sameAsWhole(t, w, 3, townServer(t))
		})
	}
}

func exceptions() ([]audit.Exception, error) {
	var all []audit.Exception
	for _, rule := range []api.ExceptionRule{
		{Checks: []string{"container-*"}, Reason: "known"},
		{Checks: []string{"pod-*", "image-*"}, Namespaces: []string{"shop1*"}, Reason: "old", Expires: "2026-01-01"},
		{Checks: []string{"node-overcommitted"}, Kinds: []string{"node"}, Reason: "bought", Owner: "ops"},
		{Checks: []string{"job-failed"}, Names: []string{"nobody"}, Reason: "never"},
		{Checks: []string{"probe-timeout-default"}, Reason: "hidden"},
	} {
		e, err := audit.NewException(checks.All(), rule, "prodcheck.yaml:1")
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// sameAsWhole compares the bytes.
func sameAsWhole(t *testing.T, w way, leastPortions int, handler http.Handler) {
	t.Helper()
	whole := w.whole(t, handler)
	report, portions := w.inPortions(t, handler)
	if portions < leastPortions {
		t.Errorf("there were only %d portions", portions)
	}
	if len(whole.Findings) < 100 {
		t.Errorf("only %d findings", len(whole.Findings))
	}
	if diff := cmp.Diff(asJSON(t, whole), asJSON(t, report)); diff != "" {
		t.Errorf("%d portions (-whole +portions):\n%s", portions, diff)
	}
	t.Logf("%d portions, %d subjects, %d findings", portions, len(whole.Subjects), len(whole.Findings))
}
