package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// completeFunc proposes the next word of a command line.
type completeFunc = cobra.CompletionFunc

// completeFlag sets the completion for the values of a flag, which must exist.
func completeFlag(cmd *cobra.Command, flag string, values completeFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err)
	}
}

// completeFiles leaves it to the shell to propose files.
func completeFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func completeDirectories(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func completeWords(words []string) completeFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

func completeSeverities(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var severities []cobra.Completion
	for _, severity := range api.Severities {
		severities = append(severities, string(severity))
	}
	return severities, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

func completeProfiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var profiles []cobra.Completion
	for _, p := range api.Profiles {
		profiles = append(profiles, string(p))
	}
	return profiles, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeList completes the last item of a comma-separated list.
func completeList(items func() []cobra.Completion) completeFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		var lists []cobra.Completion
		for _, item := range items() {
			lists = append(lists, before+item)
		}
		return lists, cobra.ShellCompDirectiveNoFileComp
	}
}
