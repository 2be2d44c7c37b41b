package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

func newCompletionCommand(p *program) *cobra.Command {
	shells := map[string]func(*cobra.Command) error{
		"bash":       func(root *cobra.Command) error { return root.GenBashCompletionV2(p.Out, true) },
		"zsh":        func(root *cobra.Command) error { return root.GenZshCompletion(p.Out) },
		"fish":       func(root *cobra.Command) error { return root.GenFishCompletion(p.Out, true) },
		"powershell": func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(p.Out) },
	}
	names := []string{"bash", "zsh", "fish", "powershell"}
	cmd := &cobra.Command{
		Use:                   "completion SHELL",
		DisableFlagsInUseLine: true,
		Short:                 "Complete command lines (bash, zsh, fish, powershell)",
		Long: templates.LongDesc(`
			Complete command lines.

			kubectl 1.26 and newer completes its plugins itself, by an executable on PATH that is named after the plugin:
			kubectl_complete-prodcheck, which is a link to this one or, on Windows, a copy of it. 'completion install'
			makes it. Then 'kubectl prodcheck' is completed wherever kubectl is (see 'kubectl completion --help').

			If you type kubectl-prodcheck, with the hyphen, this command outputs the completion code of one shell.
			Bash needs the bash-completion package; zsh needs compinit to have run.`),
		Example: templates.Examples(`
			# Complete 'kubectl prodcheck' wherever kubectl is completed
			kubectl prodcheck completion install

			# The same by hand, on Linux and macOS; on Windows, copy kubectl-prodcheck.exe to kubectl_complete-prodcheck.exe
			ln -s kubectl-prodcheck "$(dirname "$(command -v kubectl-prodcheck)")/kubectl_complete-prodcheck"

			# Complete 'kubectl-prodcheck' in bash or zsh: in ~/.bashrc or ~/.zshrc
			source <(kubectl-prodcheck completion bash)
			source <(kubectl-prodcheck completion zsh)

			# Complete 'kubectl-prodcheck' in fish
			kubectl-prodcheck completion fish > ~/.config/fish/completions/kubectl-prodcheck.fish

			# Complete 'kubectl-prodcheck' in PowerShell: in $PROFILE
			kubectl-prodcheck completion powershell | Out-String | Invoke-Expression`),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || shells[args[0]] == nil {
				return usageError{cmd.CommandPath(), fmt.Errorf("one shell is required: %s", strings.Join(names, ", "))}
			}
			return shells[args[0]](cmd.Root())
		},
	}
	cmd.AddCommand(newCompletionInstallCommand(p))
	return cmd
}

// catalog contains all checks.
type catalog []*audit.Check

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

// completionTimeout limits how long a user waits for a proposal.
const completionTimeout = 2 * time.Second

func (c *connection) completeContexts(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	known := func() []cobra.Completion {
		names, _ := c.known()
		return names
	}
	return completeList(known)(cmd, args, typed)
}

// completeOf completes names of the kubeconfig.
func (c *connection) completeOf(names func(*clientcmdapi.Config) []string) completeFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		kubeconfig, err := c.flags.ToRawKubeConfigLoader().RawConfig()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return names(&kubeconfig), cobra.ShellCompDirectiveNoFileComp
	}
}
