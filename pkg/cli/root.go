package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// newRootCommand returns the command that audits, with all of its verbs.
func newRootCommand(p *program) *cobra.Command {
	cluster := newConnection(p)
	root := newAuditCommand(p, cluster)
	root.Annotations[cobra.CommandDisplayNameAnnotation] = displayName(p.executable)
	root.SilenceErrors = true
	root.CompletionOptions.DisableDefaultCmd = true
	// Few arguments are files: these say so.
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.ErrOut)
	cluster.addFlags(root)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return cluster.expectOneContext(cmd) }

	groups := templates.CommandGroups{
		{Message: "Understand a report:", Commands: []*cobra.Command{
			newExplainCommand(p, cluster), newDiffCommand(p, cluster), newHistoryCommand(p),
			newChecksCommand(p), newDemoCommand(p), newMergeCommand(p),
		}},
		{Message: "Prepare an audit:", Commands: []*cobra.Command{
			newRBACCommand(p, cluster), newSnapshotCommand(p, cluster),
		}},
		{Message: "Watch a cluster:", Commands: []*cobra.Command{newWatchCommand(p, cluster), newServeCommand(p, cluster)}},
		{Message: "Settings and other commands:", Commands: []*cobra.Command{
			newConfigCommand(p), newCompletionCommand(p), newOptionsCommand(), newVersionCommand(p),
		}},
	}
	groups.Add(root)
	helpLikeKubectl(root, groups)
	p.nameIn(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{cmd.CommandPath(), flagError(cmd, err)} })
	return root
}

// nameIn puts the name of the program into the help of a command and of all
// commands below it.
func (p *program) nameIn(cmd *cobra.Command) {
	cmd.Long, cmd.Example = p.named(cmd.Long), p.named(cmd.Example)
	for _, verb := range cmd.Commands() {
		p.nameIn(verb)
	}
}

// displayName returns the command that users type. If kubectl runs the program
// as its plugin, the name of the executable is hidden.
func displayName(executable string) string {
	name := strings.TrimSuffix(filepath.Base(executable), ".exe")
	if plugin, found := strings.CutPrefix(name, pluginPrefix); found {
		return "kubectl " + plugin
	}
	return name
}

// options contains the flags, arguments and clients of one run of a command.
type options interface {
	// Complete turns the command line into values, and fills in defaults.
	Complete(cmd *cobra.Command, args []string) error
	// Validate refuses values that make no sense.
	Validate() error
	Run(ctx context.Context) error
}

// runE makes the function of a command from its options. Errors before Run are
// mistakes on the command line.
func runE(o options) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := o.Complete(cmd, args); err != nil {
			return usageError{cmd.CommandPath(), err}
		}
		if err := o.Validate(); err != nil {
			return usageError{cmd.CommandPath(), err}
		}
		return o.Run(cmd.Context())
	}
}

// inOrder takes steps until one fails.
func inOrder(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// noArguments refuses an argument that is not a flag.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknownVerb(cmd, fmt.Sprintf("unexpected argument %q", args[0]), args[0])
}

// unknownVerb returns an error that suggests the commands whose names are similar to a word.
func unknownVerb(cmd *cobra.Command, message, word string) error {
	if near := audit.Nearest(verbs(cmd), word); len(near) > 0 {
		message += fmt.Sprintf(", did you mean %s?", strings.Join(near, " or "))
	}
	return usageError{cmd.CommandPath(), errors.New(message)}
}

// verbs returns the names of the commands below a command.
func verbs(cmd *cobra.Command) []string {
	var names []string
	for _, verb := range cmd.Commands() {
		names = append(names, verb.Name())
	}
	return names
}

// valuesOf says what the values of flags are whose own errors are those of a parser.
var valuesOf = map[string]string{
	"int": "a whole number", "int64": "a whole number", "bool": "true or false", "duration": "a time such as 90s, 15m or 2h",
}

// flagError says what the value of a flag must be, or adds to an error about an unknown flag
// those that are spelled nearly so.
func flagError(cmd *cobra.Command, err error) error {
	var wrong *pflag.InvalidValueError
	if errors.As(err, &wrong) {
		must, known := valuesOf[wrong.GetFlag().Value.Type()]
		if !known {
			must, known = strings.CutPrefix(errors.Unwrap(wrong).Error(), "must be ")
		}
		if known {
			return fmt.Errorf("--%s must be %s, not %q", wrong.GetFlag().Name, must, wrong.GetValue())
		}
		return err
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || len(unknown.GetSpecifiedName()) < 2 {
		return err
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if near := audit.Nearest(known, unknown.GetSpecifiedName()); len(near) > 0 {
		return fmt.Errorf("%w, did you mean --%s?", err, strings.Join(near, " or --"))
	}
	return err
}

func newOptionsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "options",
		Short: "List the flags that every command accepts",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Usage() },
	}
	templates.UseOptionsTemplates(cmd)
	return cmd
}
