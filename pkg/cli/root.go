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
	root.SuggestionsMinimumDistance = 2
	root.CompletionOptions.DisableDefaultCmd = true
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
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{cmd.CommandPath(), suggestFlag(cmd, err)} })
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

// noArguments refuses an argument that is neither a flag nor a verb.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasParent() {
		return usageError{cmd.CommandPath(), fmt.Errorf("unexpected argument %q", args[0])}
	}
	message := fmt.Sprintf("unknown command %q", args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		message += fmt.Sprintf(", did you mean %s?", strings.Join(near, " or "))
	}
	return usageError{cmd.CommandPath(), errors.New(message)}
}

// suggestFlag adds to an error about an unknown flag those that are spelled nearly so.
func suggestFlag(cmd *cobra.Command, err error) error {
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
		Short: "List the flags of all commands",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Usage() },
	}
	templates.UseOptionsTemplates(cmd)
	return cmd
}
