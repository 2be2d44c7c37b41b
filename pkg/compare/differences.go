package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// maxChecks limits the checks that a difference names.
const maxChecks = 3

// reservations lists what limits the comparison.
func (c Comparison) reservations(all []difference) api.Reservations {
	counts := map[string]int{}
	for _, d := range all {
		if d.change == api.ChangeUnknown {
			counts[d.why]++
		}
	}
	r := api.Reservations{Differences: c.Differences(), Renamed: c.names.pairs}
	for reason, n := range counts {
		r.NotCompared = append(r.NotCompared, api.NotCompared{Reason: reason, Findings: n})
	}
	slices.SortFunc(r.NotCompared, func(a, b api.NotCompared) int {
		return cmp.Or(cmp.Compare(b.Findings, a.Findings), cmp.Compare(a.Reason, b.Reason))
	})
	return r
}

// Differences are reasons why the reports can be compared only in part, or why a
// finding may be new although nothing in the cluster has changed.
func (c Comparison) Differences() []string {
	from, to := c.earlier.report, c.later.report
	var all []string
	add := func(what, before, after string) {
		if before != after {
			all = append(all, fmt.Sprintf("%s: %s before, now %s", what, before, after))
		}
	}
	add("cluster", from.Metadata.Name, to.Metadata.Name)
	add("scope", scopeText(from.Scope), scopeText(to.Scope))
	add("profile", orNone(from.Profile), orNone(to.Profile))
	add("version", orNone(from.Tool.Version), orNone(to.Tool.Version))
	add("minimum severity", orNone(string(c.earlier.minSeverity())), orNone(string(c.later.minSeverity())))
	if names := c.only(c.later, c.earlier); names != "" {
		all = append(all, "checked only now: "+names)
	}
	if names := c.only(c.earlier, c.later); names != "" {
		all = append(all, "checked only before: "+names)
	}
	for i := range to.Checks {
		now := &to.Checks[i]
		before := c.earlier.checks[now.ID]
		if before == nil {
			continue
		}
		add("options of "+now.ID, orDefaults(c.earlier.options(now.ID)), orDefaults(c.later.options(now.ID)))
		add("severity of "+now.ID, string(before.Severity), string(now.Severity))
	}
	return all
}

// only names the checks that one side has and the other lacks.
func (c Comparison) only(one, other side) string {
	var names []string
	for i := range one.report.Checks {
		if id := one.report.Checks[i].ID; other.checks[id] == nil {
			names = append(names, id)
		}
	}
	slices.Sort(names)
	if more := len(names) - maxChecks; more > 0 {
		names = append(names[:maxChecks], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

func scopeText(s api.Scope) string {
	text := "all namespaces"
	if !s.AllNamespaces {
		text = orNone(strings.Join(s.Namespaces, ", "))
	}
	if len(s.Objects) > 0 {
		text += ", only " + strings.Join(s.Objects, ", ")
	}
	if s.Selector != "" {
		text += " (" + s.Selector + ")"
	}
	if s.LeftOut != nil {
		text += " but " + strings.Join(s.LeftOut.Patterns, ", ")
	}
	return text
}

func orNone(s string) string {
	if s == "" {
		return "<none>"
	}
	return s
}
