package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

func newConfigValidateCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:                   "validate [FILENAME]",
		DisableFlagsInUseLine: true,
		Short:                 "Check a configuration file",
		Example: templates.Examples(`
			# Check the file that applies here
			kubectl prodcheck config validate

			# Check a file before it is merged
			kubectl prodcheck config validate policy.yaml`),
		ValidArgsFunction: completeFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{cmd.CommandPath(), errors.New("at most one FILENAME is allowed")}
			}
			path, err := findConfig(cmd)
			if len(args) == 1 {
				path, err = args[0], nil
			}
			if err == nil && path == "" {
				err = fmt.Errorf("no configuration: neither --config nor %s names one, and there is no %s in this directory or above",
					configVariable, config.FileName)
			}
			if err != nil {
				return configError{err}
			}
			file, err := config.Read(path, p.catalog)
			if err != nil {
				return configError{err}
			}
			if err := p.catalog.validateFile(file); err != nil {
				return configError{fmt.Errorf("%s: %w", file.Source("gate"), err)}
			}
			output := newReportFlags(p)
			if err := output.complete(file); err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.Out, "%s is valid: %s, %s\n", path,
				printers.Plural(len(file.Config.Checks), "check"), printers.Plural(len(file.Config.Exceptions), "exception"))
			return err
		},
	}
	addConfigFlag(cmd)
	return cmd
}

// validateFile refuses settings in the file that no audit could use.
func (all catalog) validateFile(file *config.File) error {
	c := &file.Config
	selected, err := audit.Select(all, audit.Selection{
		Profile: c.Profile, Enabled: file.Enabled(), Severities: file.Severities(), MinSeverity: c.MinSeverity,
	})
	if err != nil {
		return err
	}
	gate := audit.Gate{FailOn: c.Gate.FailOn, MinScore: c.Gate.MinScore}
	err = cmp.Or(gate.Validate(c.MinSeverity), gate.ValidateFor(selected))
	var mistake audit.GateError
	if errors.As(err, &mistake) {
		message, _ := gateMessage(mistake)
		return errors.New(message)
	}
	return err
}
