package printers

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// htmlChanges sum up what changed since an earlier report.
type htmlChanges struct {
	// Since and RFC3339 are the time of the earlier report, File is its name.
	Since, RFC3339, File string
	Counts               []htmlChange
}

// htmlChange counts the findings with a change.
type htmlChange struct {
	Change api.Change
	Count  int
}

// Changed is nil without an earlier report.
func (r htmlReport) Changed() *htmlChanges {
	if r.Changes == nil {
		return nil
	}
	earlier := r.Changes.Earlier
	c := &htmlChanges{Since: htmlTime(earlier.CreationTimestamp), RFC3339: api.Time(earlier.CreationTimestamp.Time), File: earlier.File}
	for _, change := range api.AllChanges {
		if counts := r.Changes.Counts.Of(change); counts != nil && counts.Total() > 0 {
			c.Counts = append(c.Counts, htmlChange{change, counts.Total()})
		}
	}
	return c
}

// Remarks returns the table's lines about what was observed, and what a history knows.
func (r htmlReport) Remarks() []string {
	return r.lines(func(t *table) {
		t.observation()
		if longest := t.openLongest(); longest != "" {
			t.line(nil, longest)
		}
		t.comingAndGoing()
		if r.Changes != nil {
			t.reservations(&r.Changes.Reservations)
		}
	})
}

// Mark is the change of a finding, empty if there is none.
func (f htmlFinding) Mark() api.Change {
	if f.Change == api.ChangeSame {
		return ""
	}
	return f.Change
}

// Seen says since when a history or a baseline knows the finding.
func (f htmlFinding) Seen() string {
	switch {
	case f.FirstSeen == nil:
		return ""
	case !f.FirstSeen.Before(&f.table.report.Metadata.CreationTimestamp):
		return "in this audit"
	}
	text := fmt.Sprintf("%s, %s before the audit", f.FirstSeen.UTC().Format("2 January 2006"), f.table.age(*f.FirstSeen))
	if f.OpenSince != nil {
		text += fmt.Sprintf("; gone in the meantime, open again for %s", f.table.age(*f.OpenSince))
	}
	return text
}
