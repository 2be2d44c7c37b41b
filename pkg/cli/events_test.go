package cli

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
)

func TestEventBudgets(t *testing.T) {
	for value, want := range map[string]live.Budget{
		"":                 live.DefaultEventBudget,
		string(eventsAuto): live.DefaultEventBudget,
		string(eventsAll):  {},
	} {
		reading := newReadingFlags()
		if value != "" {
			if err := reading.events.Set(value); err != nil {
				t.Fatal(err)
			}
		}
		var source live.Source
		reading.bound(&source)
		if source.EventBudget != want {
			t.Errorf("--events=%s: %+v, want %+v", value, source.EventBudget, want)
		}
	}
}
