package audit

import (
	"math"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// mean gathers the scores of subjects. Ten replicas are one subject.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(v float64) { m.sum, m.n = m.sum+v, m.n+1 }

// score rounds down, so that 100 means that nothing at all is wrong.
func (m *mean) score() *int {
	if m.n == 0 {
		return nil
	}
	rounded := int(math.Floor(m.sum/float64(m.n) + 1e-9))
	return &rounded
}

// score fills in the scores of subjects, namespaces and the whole, and counts
// the findings. A subject of which nothing was judged has no score.
func score(r *report.Report, tallies []*tally) {
	var all mean
	perNamespace := map[string]*mean{}
	counts := map[string]*report.Counts{}
	r.Subjects = make([]report.Subject, 0, len(tallies))
	for _, t := range tallies {
		object := objectOf(t.object)
		namespace := object.CountedIn()
		if perNamespace[namespace] == nil {
			perNamespace[namespace], counts[namespace] = &mean{}, &report.Counts{}
		}
		var own mean
		if t.judged > 0 {
			points := 100 * (1 - float64(t.failed)/float64(t.judged))
			own.add(points)
			all.add(points)
			perNamespace[namespace].add(points)
		}
		r.Subjects = append(r.Subjects, report.Subject{Object: object, Score: own.score(), Pods: t.pods})
	}
	for _, f := range r.Findings {
		r.Summary.Findings.Add(f.Severity)
		counts[f.Object.CountedIn()].Add(f.Severity)
	}
	for _, s := range r.Suppressed {
		r.Summary.Findings.Suppressed++
		counts[s.Object.CountedIn()].Suppressed++
	}
	for namespace, m := range perNamespace {
		if namespace != "" {
			r.Namespaces = append(r.Namespaces, report.Namespace{
				Name: namespace, Score: graded(m.score(), *counts[namespace]), Findings: *counts[namespace],
			})
		}
	}
	r.Summary.Score = graded(all.score(), r.Summary.Findings)
	r.Summary.Subjects.Namespaces = len(r.Namespaces)
}

// graded gives a score its letter. An open critical finding caps it at D, a
// high one at B: an A means that neither is open.
func graded(score *int, open report.Counts) report.Score {
	if score == nil {
		return report.Score{Grade: "-"}
	}
	grade := report.Grade("F")
	for _, step := range []struct {
		from  int
		grade report.Grade
	}{{90, "A"}, {80, "B"}, {70, "C"}, {60, "D"}} {
		if *score >= step.from {
			grade = step.grade
			break
		}
	}
	switch {
	case open.Critical > 0 && grade < "D":
		grade = "D"
	case open.High > 0 && grade < "B":
		grade = "B"
	}
	return report.Score{Score: score, Grade: grade}
}

// coverageSum is the share of the checks' weight that could be judged. How
// many subjects hide in a list that could not be read is not known, so the
// share is by check: that of its subjects that were seen and judged.
type coverageSum struct {
	selected, covered  float64
	count, coveredEven float64
}

func (s *coverageSum) add(c *Check, covered float64) {
	weight := float64(c.Severity.Weight())
	s.selected += weight
	s.covered += weight * covered
	s.count++
	s.coveredEven += covered
}

// value rounds down: 1 means everything. Checks that weigh nothing count
// alike when there are no others.
func (s *coverageSum) value() float64 {
	share := 1.0
	switch {
	case s.selected > 0:
		share = s.covered / s.selected
	case s.count > 0:
		share = s.coveredEven / s.count
	}
	return math.Floor(share*1000+1e-6) / 1000
}

// Identity lets tallies be sorted as their subjects are.
func (t *tally) Identity() *inventory.Object { return t.object }
