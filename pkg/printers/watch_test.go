package printers

import (
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// events are the findings of a report, each with another change.
func events() []api.FindingEvent {
	r := shop()
	r.Metadata.CreationTimestamp.Time = judgedAt.In(time.Local)
	r.Findings[4].Message = "a name with \x1b[2J\nin it"
	changes := []api.Change{api.ChangeSame, api.ChangeNew, api.ChangeWorse, api.ChangeGone, api.ChangeNew}
	var all []api.FindingEvent
	for i, f := range r.Findings {
		f.Change = changes[i]
		all = append(all, api.NewFindingEvent(r, api.FindingDiff{Finding: f}))
	}
	return all
}

func TestWatch(t *testing.T) {
	local := time.Local
	time.Local = time.UTC
	defer func() { time.Local = local }()
	for name, test := range map[string]struct {
		scope   api.Scope
		options Options
	}{
		"watch.txt":       {api.Scope{Namespaces: []string{"shop"}}, Options{}},
		"watch-all.txt":   {api.Scope{AllNamespaces: true}, Options{NoHeaders: true}},
		"watch-color.txt": {api.Scope{AllNamespaces: true}, Options{Color: true}},
		// On terminals.
		"watch-80.txt":     {api.Scope{Namespaces: []string{"shop"}}, Options{Width: 80}},
		"watch-all-80.txt": {api.Scope{AllNamespaces: true}, Options{Width: 80}},
		"watch-50.txt":     {api.Scope{Namespaces: []string{"shop"}}, Options{Width: 50}},
		"watch-160.txt":    {api.Scope{AllNamespaces: true}, Options{Width: 160}},
	} {
		var out strings.Builder
		w := NewWatch(&out, test.scope, test.options)
		for _, e := range events() {
			if err := w.Print(e); err != nil {
				t.Fatal(err)
			}
		}
		golden(t, name, out.String())
		for line := range strings.Lines(out.String()) {
			if width := test.options.Width; width > 0 && len(strings.TrimSuffix(line, "\n")) > width {
				t.Errorf("%s: wider than %d: %q", name, width, line)
			}
		}
	}
	var out strings.Builder
	for _, e := range events() {
		if err := WatchJSON(&out, e); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "watch.jsonl", out.String())
}
