package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

func newConfigCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:                   "config SUBCOMMAND",
		DisableFlagsInUseLine: true,
		Short:                 "Show the effective configuration, or check a file",
		Long: templates.LongDesc(fmt.Sprintf(`
			Show the effective configuration, or check a file.

			A configuration file says which checks run, with which severities and options, which namespaces are excluded, what the gate requires, and which findings the team accepts. --config or PRODCHECK_CONFIG names the
			file; an empty name means no file. Otherwise it is the nearest %s in the working directory or above, otherwise $XDG_CONFIG_HOME/prodcheck/config.yaml.

			Precedence: flag, environment, file, default. The variables are
			%s. An empty variable is ignored.`, config.FileName, strings.Join(settings.Variables(), ", "))),
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigViewCommand(p), newConfigValidateCommand(p))
	return cmd
}
