package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// catalog contains all checks.
type catalog []*audit.Check

// completeOptions proposes options with their defaults, ready to be edited.
func (all catalog) completeOptions(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var settings []cobra.Completion
	for _, c := range all {
		for _, o := range c.Options {
			setting := c.ID + "." + o.Name() + "=" + o.Default()
			settings = append(settings, cobra.CompletionWithDesc(setting, o.Usage()))
		}
	}
	return settings, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func (all catalog) ids() []cobra.Completion {
	var ids []cobra.Completion
	for _, c := range all {
		ids = append(ids, cobra.CompletionWithDesc(c.ID, c.Title))
	}
	return ids
}

func (all catalog) categories() []cobra.Completion {
	var names []cobra.Completion
	for _, c := range all {
		if !slices.Contains(names, c.Category.Name) {
			names = append(names, c.Category.Name)
		}
	}
	return names
}
