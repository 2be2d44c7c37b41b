package printers

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// maxRows limits the rows of one check. The last row contains the rest.
const maxRows = 10

// maxMessages limits the different messages in a row of urgent findings.
const maxMessages = 3

// maxNames limits the objects that a row names.
func maxNames(s api.Severity) int {
	if s.AtLeast(api.High) {
		return 5
	}
	return 3
}

// entry is one finding, or several similar ones.
type entry struct {
	api.Finding
	namespace, object string
}

func entryOf(f *api.Finding) entry {
	return entry{*f, orNone(f.Object.CountedIn()), objectName(f.Object)}
}

// entries returns the rows of the table in the order of the report.
func (t *table) entries() []entry {
	var entries []entry
	for _, row := range grouped(t.report.Findings, t.Wide, t.showsInfo()) {
		entries = append(entries, entryOfAll(row))
	}
	return entries
}

// grouped returns the findings of each row. Either each finding has its own, or
// similar findings share the row of the worst.
func grouped(findings []api.Finding, separate, info bool) [][]*api.Finding {
	var rows [][]*api.Finding
	byCheck := map[string][]int{}
	for i := range findings {
		f := &findings[i]
		if f.Severity == api.Info && !info {
			continue
		}
		own := byCheck[f.Check]
		row := -1
		if !separate {
			row = slices.IndexFunc(own, func(row int) bool { return alike(rows[row][0], f) })
		}
		switch {
		case row >= 0:
			row = own[row]
		case len(own) >= maxRows && !separate:
			row = own[len(own)-1]
		default:
			row = len(rows)
			rows = append(rows, nil)
			byCheck[f.Check] = append(own, row)
		}
		rows[row] = append(rows[row], f)
	}
	return rows
}

func entryOfAll(row []*api.Finding) entry {
	if len(row) > 1 {
		return merged(row)
	}
	return entryOf(row[0])
}

// showsInfo reports whether the user asked for findings of severity info.
func (t *table) showsInfo() bool {
	r := t.report
	named, gated := r.Profile == "", r.Gate != nil && (r.Gate.FailOn == api.Info || r.Gate.FailOnNew == api.Info)
	return t.Wide || t.shows(showAll) || named || gated || r.Policy != nil && t.report.Policy.MinSeverity == api.Info
}

// alike reports whether two findings of one check can share a row. Urgent
// findings share a row only if they have mostly the same words, and therefore
// the same cause.
func alike(worse, f *api.Finding) bool {
	if worse.Change.IsWorsening() != f.Change.IsWorsening() {
		return false
	}
	if !f.Severity.AtLeast(api.High) || worse.Message == f.Message {
		return true
	}
	a, b := words(worse.Message), words(f.Message)
	if len(a) > len(b) {
		a, b = b, a
	}
	common := 0
	for word := range a {
		if b[word] {
			common++
		}
	}
	return 2*common >= len(a)
}

// words returns the words that distinguish messages: long ones without digits,
// because words with digits are mostly values.
func words(message string) map[string]bool {
	found := map[string]bool{}
	for word := range strings.FieldsFuncSeq(message, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '-' }) {
		if utf8.RuneCountInString(word) > 3 && !strings.ContainsFunc(word, unicode.IsDigit) {
			found[word] = true
		}
	}
	return found
}

// merged makes one entry of similar findings. The worst come first.
func merged(row []*api.Finding) entry {
	worst := entryOf(row[0])
	sameNamespace, sameMessage, lessSevere := true, true, 0
	for _, f := range row {
		sameNamespace = sameNamespace && f.Object.CountedIn() == row[0].Object.CountedIn()
		sameMessage = sameMessage && f.Message == worst.Message
		if f.Severity != worst.Severity {
			lessSevere++
		}
	}
	if !sameNamespace {
		worst.namespace = "<multiple>"
	}
	nameOf := func(f *api.Finding) string {
		object := f.Object
		object.Container = ""
		if sameNamespace || object.Namespace == "" {
			return objectName(object)
		}
		return object.Namespace + "/" + objectName(object)
	}
	var names []string
	for _, f := range row {
		// Findings about one object are adjacent.
		if name := nameOf(f); len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	if len(names) > 1 {
		worst.object = Plural(len(names), "object")
	}
	some := strings.Join(names[:min(len(names), maxNames(worst.Severity))], ", ")
	if more := len(names) - maxNames(worst.Severity); more > 0 {
		some += fmt.Sprintf(", and %d more", more)
	}
	switch {
	case lessSevere > 0:
		worst.Message = fmt.Sprintf("%s (%d less severe); the worst: %s", some, lessSevere, worst.Message)
	case sameMessage:
		worst.Message = some + ": " + worst.Message
	case len(row) <= maxMessages && worst.Severity.AtLeast(api.High):
		worst.Message = ""
		for i, f := range row {
			if i > 0 {
				worst.Message += "; "
			}
			worst.Message += nameOf(f) + ": " + f.Message
		}
	default:
		worst.Message = some + "; the first: " + worst.Message
	}
	return worst
}
