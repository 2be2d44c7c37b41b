package cli

import (
	"cmp"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
	"github.com/prodcheck/kubectl-prodcheck/pkg/history"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// completeHistory proposes directories, and findings and objects of the history.
func completeHistory(all catalog) completeFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		directory := configuredHistory(cmd, all)
		switch {
		case len(args) == 1 && !(directory != "" && isQuestion(args[0])):
			directory = history.Directory(args[0])
		case len(args) > 0:
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		proposals := append(fingerprintsIn(directory, typed), objectsIn(directory, typed)...)
		if len(args) == 0 && len(proposals) == 0 {
			return completeDirectories(cmd, args, typed)
		}
		return proposals, cobra.ShellCompDirectiveNoFileComp
	}
}

// fingerprintBegin matches a word that may become a fingerprint, and hardly anything else.
var fingerprintBegin = regexp.MustCompile(`^[0-9a-f]{2,16}$`)

// configuredHistory is the directory of the environment or the configuration file, empty for none.
func configuredHistory(cmd *cobra.Command, all catalog) history.Directory {
	file, err := readConfig(cmd, all)
	if err != nil {
		return ""
	}
	return history.Directory(settings.HistoryDirectory(os.Getenv, file))
}

// fingerprintsIn lists the fingerprints that a history knows, with what they stand for.
func fingerprintsIn(d history.Directory, typed string) []cobra.Completion {
	return completionsIn(d, func(f *api.Finding) (proposal, description string) {
		return f.Fingerprint, f.Check + " " + objectText(f.Object)
	}, typed)
}

// objectsIn lists KIND/NAME of the objects that a history has findings of.
func objectsIn(d history.Directory, typed string) []cobra.Completion {
	return completionsIn(d, func(f *api.Finding) (proposal, description string) {
		return objectText(f.Object), f.Object.Namespace
	}, typed)
}

func objectText(o api.Object) string {
	return cmp.Or(printers.ShortName(o), strings.ToLower(o.Kind)) + "/" + o.Name
}

// completionsIn proposes each word once. A history that cannot be read proposes nothing.
func completionsIn(d history.Directory, word func(*api.Finding) (proposal, description string), typed string) []cobra.Completion {
	if d == "" {
		return nil
	}
	known, _ := d.Known()
	var proposals []cobra.Completion
	seen := map[string]bool{}
	for i := range known {
		proposal, description := word(&known[i])
		if seen[proposal] || !strings.HasPrefix(proposal, typed) {
			continue
		}
		seen[proposal] = true
		proposals = append(proposals, cobra.CompletionWithDesc(proposal, description))
	}
	return proposals
}
