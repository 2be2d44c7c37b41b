package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// eventsFlag says which events to read.
type eventsFlag string

const (
	eventsAuto eventsFlag = "auto"
	eventsAll  eventsFlag = "all"
	eventsNone eventsFlag = "none"
)

func (f *eventsFlag) addFlag(cmd *cobra.Command) {
	budget := live.DefaultEventBudget
	cmd.Flags().Var(f, "events", fmt.Sprintf(
		"Which events to read. One of: (auto, all, none). auto stops after %d warnings or %s, and the report says so",
		budget.Objects, budget.Time))
	completeFlag(cmd, "events", completeWords([]string{string(eventsAuto), string(eventsAll), string(eventsNone)}))
}

// budget limits the reading of events.
func (f eventsFlag) budget() live.Budget {
	if f == eventsAuto {
		return live.DefaultEventBudget
	}
	return live.Budget{}
}

// of removes from the resources those that the flag leaves out.
func (f eventsFlag) of(resources []inventory.Resource) []inventory.Resource {
	if f != eventsNone {
		return resources
	}
	return slices.DeleteFunc(slices.Clone(resources), func(r inventory.Resource) bool { return r == inventory.Events })
}

// Set, String and Type implement pflag.Value.
func (f *eventsFlag) Set(value string) error {
	switch which := eventsFlag(value); which {
	case eventsAuto, eventsAll, eventsNone:
		*f = which
		return nil
	}
	return fmt.Errorf("must be one of auto, all, none")
}

func (f *eventsFlag) String() string { return string(*f) }
func (f *eventsFlag) Type() string   { return "string" }
