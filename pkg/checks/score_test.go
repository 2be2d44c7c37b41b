package checks

import (
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The laws of the score, over all fixtures.
func TestScoreOfFixtures(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		inv := f.Read(t, inventory.AllResources())
		run := func(checks []*audit.Check, exceptions ...api.ExceptionRule) *api.Report {
			return audit.Run(inv, audit.Options{Checks: checks, Catalog: All(), Now: now, Policy: policy(t, exceptions)})
		}
		r := run(All())
		scores := scoresOf(r)

		t.Run("findings alone take points", func(t *testing.T) {
			lost := map[string]int{}
			for _, finding := range r.Findings {
				name := nameOf(finding.Object)
				lost[name] = min(lost[name]+finding.Severity.Points(), 100)
				if score := scores[name]; finding.Severity == api.Critical && score > 50 {
					t.Errorf("%s has a critical finding, and a score of %d", name, score)
				}
			}
			for _, subject := range r.Subjects {
				if subject.Score != nil && *subject.Score != 100-lost[nameOf(subject.Object)] {
					t.Errorf("%s lost %d points, and has a score of %d", nameOf(subject.Object), lost[nameOf(subject.Object)], *subject.Score)
				}
			}
		})
		t.Run("a check that passes changes nothing", func(t *testing.T) {
			var failing []*audit.Check
			for i, outcome := range r.Checks {
				if outcome.Failed+outcome.Folded > 0 {
					failing = append(failing, All()[i])
				}
			}
			for what, score := range scoresOf(run(failing)) {
				if score != scores[what] {
					t.Errorf("%s: %d without the checks that pass, %d with them", what, score, scores[what])
				}
			}
		})
		t.Run("a finding less lowers nothing", func(t *testing.T) {
			for _, finding := range r.Findings {
				if finding.Check != f.Check.ID {
					continue
				}
				without := run(All(), api.ExceptionRule{
					Checks: []string{finding.Check}, Kinds: []string{finding.Object.Kind}, Names: []string{finding.Object.Name}, Reason: "fixed",
				})
				for what, score := range scoresOf(without) {
					if score < scores[what] {
						t.Errorf("%s: %d without %s of %s, %d with it", what, score, finding.Check, nameOf(finding.Object), scores[what])
					}
				}
			}
		})
		t.Run("the same findings make the same score", func(t *testing.T) {
			other := f
			other.Part = !f.Part
			if same := other.Audit(t, inventory.AllResources(), All()...); slices.Equal(fingerprints(same), fingerprints(r)) {
				for what, score := range scoresOf(same) {
					if known, found := scores[what]; found && score != known {
						t.Errorf("%s: %d where the files are all there is, and %d where not, or the other way round", what, score, known)
					}
				}
			}
		})
		t.Run("the order of the input is irrelevant", func(t *testing.T) {
			documents := strings.Split(f.Text, "\n---\n")
			slices.Reverse(documents)
			reversed := f
			reversed.Text = strings.Join(documents, "\n---\n")
			for what, score := range scoresOf(reversed.Audit(t, inventory.AllResources(), All()...)) {
				if score != scores[what] {
					t.Errorf("%s: %d in reverse, %d otherwise", what, score, scores[what])
				}
			}
		})
	})
}

func fingerprints(r *api.Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Fingerprint+string(f.Severity))
	}
	return all
}

func policy(t *testing.T, rules []api.ExceptionRule) audit.Policy {
	t.Helper()
	var p audit.Policy
	for _, rule := range rules {
		exception, err := audit.NewException(All(), rule, "fixture:1")
		if err != nil {
			t.Fatal(err)
		}
		p.Exceptions = append(p.Exceptions, exception)
	}
	return p
}

// scoresOf returns all scores of a report, by what they are about.
func scoresOf(r *api.Report) map[string]int {
	scores := map[string]int{}
	add := func(what string, score *int) {
		if score != nil {
			scores[what] = *score
		}
	}
	add("the whole", r.Summary.Score.Score)
	for _, n := range r.Namespaces {
		add("all of "+n.Name, n.Score.Score)
	}
	for _, s := range r.Subjects {
		add(nameOf(s.Object), s.Score)
	}
	return scores
}

func nameOf(o api.Object) string {
	return strings.Join([]string{o.APIVersion, o.Kind, o.Namespace, o.Name}, " ")
}
