package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/util/templates"
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
		Short:                 "Set up shell completion (bash, zsh, fish, powershell)",
		Long: templates.LongDesc(`
			Set up shell completion.
			kubectl 1.26 and newer completes a plugin by running an executable on PATH that is named after it:
			kubectl_complete-prodcheck, a link to this program or, on Windows, a copy of it. 'completion install' creates
			it. Then 'kubectl prodcheck' is completed wherever kubectl is (see 'kubectl completion --help').
			If you type kubectl-prodcheck, with the hyphen, this command prints the completion script for a shell.
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
