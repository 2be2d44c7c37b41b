package printers

import (
	"fmt"
	"strings"
	"time"

	"github.com/fatih/color"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

const (
	// maxDifferences limits the lines of a kind that say what to know about a comparison.
	maxDifferences = 5
	// oftenGone is the number of times after which a finding counts as coming and going.
	oftenGone = 3
)

// changes say what changed since an earlier report, in a line that can be read alone.
func (t *table) changes() {
	var parts []string
	if c := t.report.Changes; c != nil {
		parts = append(parts, fmt.Sprintf("since %s: %s", t.earlier(&c.Earlier), changeCounts(&c.Counts)))
	}
	if longest := t.openLongest(); longest != "" {
		parts = append(parts, longest)
	}
	if len(parts) > 0 {
		t.line(nil, strings.Join(parts, "; "))
	}
	t.comingAndGoing()
	if c := t.report.Changes; c != nil {
		t.reservations(&c.Reservations)
	}
}

// comingAndGoing names findings that a history has often seen gone.
func (t *table) comingAndGoing() {
	var unsteady []string
	for i := range t.report.Findings {
		if f := &t.report.Findings[i]; f.TimesGone >= oftenGone {
			unsteady = append(unsteady, fmt.Sprintf("comes and goes: %s %s, gone %d times in 7d", f.Check, t.nameInScope(f.Object), f.TimesGone))
		}
	}
	t.firstLines(t.warning, unsteady)
}

// reservations say what was renamed, and why reports can be compared only in part.
func (t *table) reservations(r *api.Reservations) {
	var renamed, unknown, differences []string
	for _, pair := range r.Renamed {
		renamed = append(renamed, fmt.Sprintf("renamed: %s is now %s", t.nameInScope(pair.From), objectName(pair.To)))
	}
	for _, not := range r.NotCompared {
		unknown = append(unknown, fmt.Sprintf("not compared: %s: %s", Plural(not.Findings, "finding"), not.Reason))
	}
	for _, difference := range r.Differences {
		differences = append(differences, "compared in part: "+difference)
	}
	t.firstLines(nil, renamed)
	t.firstLines(t.warning, unknown)
	t.firstLines(t.warning, differences)
}

// nameInScope names an object, with its namespace if there are several.
func (t *table) nameInScope(o api.Object) string {
	if t.report.Scope.Several() {
		return namespacedName(o)
	}
	return objectName(o)
}

// firstLines writes a few lines, and how many there are.
func (t *table) firstLines(c *color.Color, all []string) {
	for i, text := range all {
		if i == maxDifferences && !t.Wide {
			t.line(c, fmt.Sprintf("and %d more: -o wide shows all of them", len(all)-i))
			return
		}
		t.line(c, text)
	}
}

// earlier names an earlier report: by its file, or by its age.
func (t *table) earlier(o *api.Origin) string {
	age := t.report.Metadata.CreationTimestamp.Sub(o.CreationTimestamp.Time)
	switch {
	case o.File != "":
		return fmt.Sprintf("%s, %s ago", o.File, t.age(o.CreationTimestamp))
	case age >= 20*time.Hour && age < 36*time.Hour:
		return "yesterday"
	}
	return t.age(o.CreationTimestamp) + " ago"
}

// age is the time from an event to the report.
func (t *table) age(at metav1.Time) string {
	return duration.HumanDuration(max(t.report.Metadata.CreationTimestamp.Sub(at.Time), 0))
}

// changeCounts is 2 new, 1 worse, 5 gone.
func changeCounts(counts *api.ChangeCounts) string {
	var parts []string
	for _, change := range []api.Change{api.ChangeNew, api.ChangeWorse, api.ChangeBetter, api.ChangeGone, api.ChangeUnknown} {
		if n := counts.Of(change).Total(); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, change))
		}
	}
	if len(parts) == 0 {
		return "nothing new, nothing gone"
	}
	return strings.Join(parts, ", ")
}

// openLongest names the finding that is known to be open for the longest time, the first of
// them in the report's order. What was seen for the first time just now is not known to be.
func (t *table) openLongest() string {
	var longest *api.Finding
	for i := range t.report.Findings {
		f := &t.report.Findings[i]
		since := f.KnownSince()
		if since == nil || !since.Before(&t.report.Metadata.CreationTimestamp) || f.Severity == api.Info {
			continue
		}
		if longest == nil || since.Before(longest.KnownSince()) {
			longest = f
		}
	}
	if longest == nil {
		return ""
	}
	return fmt.Sprintf("open longest: %s %s %s", t.age(*longest.KnownSince()), longest.Check, t.nameInScope(longest.Object))
}

func (t *table) changeCell(c api.Change) cell {
	if c.IsWorsening() {
		return painted(t.heading, string(c))
	}
	return plain(orNone(string(c)))
}
