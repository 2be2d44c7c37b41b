package cli

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestEventBudgets(t *testing.T) {
	for value, want := range map[string]inventory.Budget{
		"":                 inventory.DefaultEventBudget,
		string(eventsAuto): inventory.DefaultEventBudget,
		string(eventsAll):  {},
	} {
		reading := newReadingFlags()
		if value != "" {
			if err := reading.events.Set(value); err != nil {
				t.Fatal(err)
			}
		}
		var live inventory.Live
		reading.bound(&live)
		if live.EventBudget != want {
			t.Errorf("--events=%s: %+v, want %+v", value, live.EventBudget, want)
		}
	}
}
