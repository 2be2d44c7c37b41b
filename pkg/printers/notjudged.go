package printers

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Limits on what a terminal shows: reasons, and checks for one reason.
const (
	maxReasons       = 5
	maxChecksOfCause = 3
)

// blindSpot groups checks that were not judged for the same reason.
type blindSpot struct {
	reason string
	// checks judged nothing; partial checks judged some of their subjects.
	checks, partial []string
}

// notJudged says what the score does not cover, and why, unless it is listed above.
func (t *table) notJudged() {
	if t.shows(showUnknown) {
		return
	}
	spots := blindSpots(t.report.Checks)
	for i, spot := range spots {
		if t.shortens() && i == maxReasons && len(spots) > maxReasons+1 {
			t.line(t.warning, fmt.Sprintf("... and for %d more reasons: -o wide shows them", len(spots)-i))
			return
		}
		var parts []string
		if len(spot.checks) > 0 {
			parts = append(parts, "not judged: "+t.enumerate(spot.checks))
		}
		if len(spot.partial) > 0 {
			parts = append(parts, "judged in part: "+t.enumerate(spot.partial))
		}
		t.line(t.warning, fmt.Sprintf("%s (%s)", strings.Join(parts, "; "), spot.reason))
	}
}

func blindSpots(checks []api.Check) []blindSpot {
	var spots []blindSpot
	for _, c := range checks {
		if c.Reason == "" {
			continue
		}
		i := slices.IndexFunc(spots, func(s blindSpot) bool { return s.reason == c.Reason })
		if i < 0 {
			i = len(spots)
			spots = append(spots, blindSpot{reason: c.Reason})
		}
		if c.Judged > 0 {
			spots[i].partial = append(spots[i].partial, c.ID)
		} else {
			spots[i].checks = append(spots[i].checks, c.ID)
		}
	}
	return spots
}

// notRead lists files, and documents in files, that could not be read.
func (t *table) notRead() {
	for i, file := range t.report.NotRead {
		if left := len(t.report.NotRead) - i; !t.Wide && i == maxReasons && left > 1 {
			t.line(t.warning, fmt.Sprintf("... and %d more were not read: -o wide shows them", left))
			return
		}
		t.line(t.warning, fmt.Sprintf("not read: %s: %s", file.File, file.Reason))
	}
}

// replaced lists objects in files that later ones replace.
func (t *table) replaced() {
	for i, one := range t.report.Replaced {
		if left := len(t.report.Replaced) - i; !t.Wide && i == maxReasons && left > 1 {
			t.line(t.hint, fmt.Sprintf("... and %d more are replaced: -o wide shows them", left))
			return
		}
		t.line(t.hint, fmt.Sprintf("replaced, and not judged: %s in %s, by the one in %s", objectName(one.Object), sourceText(&one.Source), sourceText(&one.By)))
	}
}

// ignored lists kinds of objects in files that no check reads.
func (t *table) ignored() {
	t.counted("ignored, as no check reads them: ", t.report.Ignored)
}

// removed lists objects in files with versions that Kubernetes has removed.
func (t *table) removed() {
	t.counted("no longer served by Kubernetes (since), read as their successors: ", t.report.Removed)
}

func (t *table) counted(what string, counts map[string]int) {
	if len(counts) == 0 {
		return
	}
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", counts[kind], kind))
	}
	t.line(t.hint, what+t.enumerate(kinds))
}

// enumerate shortens a list on a terminal.
func (t *table) enumerate(items []string) string {
	if more := len(items) - maxChecksOfCause; t.shortens() && more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(items[:maxChecksOfCause], ", "), more)
	}
	return strings.Join(items, ", ")
}

func (t *table) shortens() bool { return t.terminal() && !t.Wide }
