package history

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Query selects what a history tells.
type Query struct {
	// Checks and Namespace select findings; without them, all count.
	Checks    []string
	Namespace string
	// Fingerprint, or Object, selects findings whose lives are told.
	Fingerprint string
	Object      func(api.Object) bool
}

// whole reports whether the query selects everything, and asks for no lives.
func (q *Query) whole() bool {
	return len(q.Checks) == 0 && q.Namespace == "" && q.Fingerprint == "" && q.Object == nil
}

// Tell reads the whole history, of each audit as much as the query needs. What it does not
// select is left out.
func (d Directory) Tell(q Query) (*api.History, error) {
	all, err := d.series()
	if err != nil {
		return nil, err
	}
	h := api.NewHistory()
	times := fixTimes{}
	for _, name := range all {
		found, err := list(name)
		if err != nil {
			return nil, err
		}
		if q.whole() {
			listRuns(h, times, found.complete)
		} else {
			q.listFindings(h, times, found.complete)
		}
	}
	slices.SortStableFunc(h.Items, func(a, b api.Run) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), compareScopes(a.Scope, b.Scope))
	})
	slices.SortStableFunc(h.Findings, func(a, b api.Life) int {
		return cmp.Or(cmp.Compare(rankOf(a.Open), rankOf(b.Open)), -cmp.Compare(a.OpenSeconds, b.OpenSeconds),
			cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(a.Check, b.Check), cmp.Compare(a.Object.Container, b.Object.Container))
	})
	h.MeanTimeToFix = append(h.MeanTimeToFix, times.means()...)
	return h, nil
}

func (q *Query) listFindings(h *api.History, times fixTimes, files []string) {
	followed := newLives()
	var last metav1.Time
	for one := range read(files, readOutline) {
		if skipped(h, one.file, one.problem) {
			continue
		}
		first := last.IsZero()
		last = one.entry.Metadata.CreationTimestamp
		appeared, gone := followed.add(one.entry.Report)
		if item, told := q.run(one.entry.Report); told {
			if !first {
				item.New, item.Gone = q.counts(appeared), q.counts(gone)
			}
			h.Items = append(h.Items, item)
		}
	}
	for _, one := range followed.order {
		found := one.conclude(last)
		if !q.selects(one.Check, one.Object) {
			continue
		}
		for _, p := range found.Periods {
			if p.Until != nil && !p.Suppressed {
				times.add(found.Severity, int64(p.Until.Sub(p.From.Time)/time.Second))
			}
		}
		if q.asksFor(&found) {
			h.Findings = append(h.Findings, found)
		}
	}
}

// skipped reports whether an entry could not be read, and notes it unless somebody has
// pruned it.
func skipped(h *api.History, file string, problem error) bool {
	if problem != nil && !errors.Is(problem, fs.ErrNotExist) {
		h.NotRead = append(h.NotRead, notRead(file, problem))
	}
	return problem != nil
}

// asksFor reports whether a life is to be told: by the names that the object has and had.
func (q *Query) asksFor(l *api.Life) bool {
	return slices.ContainsFunc(append([]api.Object{l.Object}, l.Former...), func(o api.Object) bool {
		return q.Fingerprint == api.Fingerprint(l.Check, o) || q.Object != nil && q.Object(o)
	})
}

// run describes one audit. An audit without the namespace of the query is left out.
func (q *Query) run(r *api.Report) (item api.Run, told bool) {
	item = runOf(r)
	if q.Namespace != "" {
		i := slices.IndexFunc(r.Namespaces, func(n api.Namespace) bool { return n.Name == q.Namespace })
		if i < 0 {
			return api.Run{}, false
		}
		in := r.Namespaces[i]
		item.Score, item.Readiness, item.Findings = in.Score, in.Readiness, in.Findings
	}
	if len(q.Checks) > 0 {
		item.Findings = api.Counts{}
		for i := range r.Findings {
			if f := &r.Findings[i]; q.selects(f.Check, f.Object) {
				item.Findings.Add(f.Severity)
			}
		}
	}
	return item, true
}

func runOf(r *api.Report) api.Run {
	return api.Run{
		Origin: api.FromReport(r), Scope: r.Scope, Profile: r.Profile, Score: r.Summary.Score,
		Readiness: r.Summary.Readiness, Coverage: r.Summary.Coverage, Findings: r.Summary.Findings,
	}
}

func (q *Query) counts(findings []*api.Finding) *api.Counts {
	var counts api.Counts
	for _, f := range findings {
		if q.selects(f.Check, f.Object) {
			counts.Add(f.Severity)
		}
	}
	return &counts
}

func (q *Query) selects(check string, o api.Object) bool {
	return (len(q.Checks) == 0 || slices.Contains(q.Checks, check)) && (q.Namespace == "" || q.Namespace == o.CountedIn())
}

func compareScopes(a, b api.Scope) int {
	return cmp.Or(cmp.Compare(rankOf(a.AllNamespaces), rankOf(b.AllNamespaces)),
		cmp.Compare(strings.Join(a.Namespaces, ","), strings.Join(b.Namespaces, ",")), cmp.Compare(a.Selector, b.Selector))
}

// rankOf puts what is so first.
func rankOf(is bool) int {
	if is {
		return 0
	}
	return 1
}
