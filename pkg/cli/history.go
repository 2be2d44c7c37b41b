package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
	"github.com/prodcheck/kubectl-prodcheck/pkg/history"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// HistoryOptions contains the options of a question to a history.
type HistoryOptions struct {
	catalog catalog
	output  outputFlags
	checks  []string
	query   history.Query

	directory history.Directory
	genericiooptions.IOStreams
}

func newHistoryCommand(p *program) *cobra.Command {
	o := &HistoryOptions{catalog: p.catalog, output: newOutputFlags(p), IOStreams: p.IOStreams}
	o.output.own = []string{"csv"}
	cmd := &cobra.Command{
		Use:                   "history [DIRECTORY] [FINGERPRINT | KIND/NAME] [options]",
		DisableFlagsInUseLine: true,
		Short:                 "List the audits in a history, or when a finding was open",
		Long: templates.LongDesc(`
			List the audits that --history has kept, with grade, score, readiness and counts, and the mean time to fix a
			finding. With a fingerprint or KIND/NAME, as in a report, list when these findings were open.

			The directory is the argument, otherwise that of PRODCHECK_HISTORY or of the configuration file. If one of these
			is set, a fingerprint or KIND/NAME may be the only argument.`),
		Example: templates.Examples(`
			# List all audits
			kubectl prodcheck history ~/.local/state/prodcheck

			# See when findings of a Deployment were open
			kubectl prodcheck history ~/.local/state/prodcheck deployment/cart

			# Follow one check in one namespace
			kubectl prodcheck history ~/.local/state/prodcheck --check pod-unready -n shop

			# Export the scores for a spreadsheet
			kubectl prodcheck history ~/.local/state/prodcheck -o csv > history.csv`),
		RunE: runE(o),
	}
	o.output.addFlags(cmd)
	o.output.addOutputFlag(cmd)
	cmd.Flags().StringSliceVar(&o.checks, "check", o.checks, "Count only findings of these checks, by ID or pattern")
	cmd.Flags().StringVarP(&o.query.Namespace, "namespace", "n", o.query.Namespace, "Only this namespace")
	addConfigFlag(cmd)
	completeFlag(cmd, "check", completeList(o.catalog.ids))
	cmd.ValidArgsFunction = completeHistory(p.catalog)
	return cmd
}

// Complete turns the command line into values.
func (o *HistoryOptions) Complete(cmd *cobra.Command, args []string) error {
	usage := func(text string) error { return usageError{cmd.CommandPath(), errors.New(text)} }
	file, err := readConfig(cmd, o.catalog)
	if err != nil {
		return configError{err}
	}
	configured := settings.HistoryDirectory(os.Getenv, file)
	switch {
	case len(args) == 0 && configured == "":
		return usage("a DIRECTORY is required: that of --history of an audit")
	case len(args) > 2:
		return usage("at most a DIRECTORY and a FINGERPRINT or KIND/NAME can be given")
	case len(args) == 0, len(args) == 1 && configured != "" && isQuestion(args[0]) && !isDirectory(args[0]):
		o.directory = history.Directory(configured)
	default:
		o.directory, args = history.Directory(args[0]), args[1:]
	}
	if len(o.checks) > 0 {
		selected, err := audit.Select(o.catalog, audit.Selection{Checks: o.checks})
		if err != nil {
			return usageError{cmd.CommandPath(), err}
		}
		for _, check := range selected {
			o.query.Checks = append(o.query.Checks, check.ID)
		}
	}
	if len(args) == 0 {
		return nil
	}
	if !isQuestion(args[0]) {
		return usage(fmt.Sprintf("%q is neither a fingerprint, of 16 digits, nor KIND/NAME", args[0]))
	}
	if fingerprintForm.MatchString(args[0]) {
		o.query.Fingerprint = args[0]
		return nil
	}
	typed, name, _ := strings.Cut(args[0], "/")
	kind, _ := kinds.Typed(typed)
	o.query.Object = func(object api.Object) bool {
		return object.Name == name && (object.Kind == kind.Name || strings.EqualFold(object.Kind, typed) || printers.ShortName(object) == typed)
	}
	return nil
}

// isQuestion reports whether an argument is a fingerprint or KIND/NAME.
func isQuestion(argument string) bool {
	kind, name, found := strings.Cut(argument, "/")
	return fingerprintForm.MatchString(argument) || found && kind != "" && name != "" && kind[0] != '.' && kind[0] != '~' && !strings.Contains(name, "/")
}

// isDirectory reports whether an argument that could be KIND/NAME is a directory instead.
func isDirectory(argument string) bool {
	typed, _, _ := strings.Cut(argument, "/")
	if _, isType := kinds.Typed(typed); isType {
		return false
	}
	info, err := os.Stat(argument)
	return err == nil && info.IsDir()
}

// Validate has nothing to refuse.
func (o *HistoryOptions) Validate() error { return nil }

// Run reads the history and prints what was asked for.
func (o *HistoryOptions) Run(context.Context) error {
	printer, err := o.output.printer()
	if err != nil {
		return err
	}
	h, err := o.directory.Tell(o.query)
	if err != nil {
		return err
	}
	asked := o.query.Fingerprint != "" || o.query.Object != nil
	if asked && len(h.Findings) == 0 {
		return errors.New("the history has no such finding")
	}
	if namespace := o.query.Namespace; namespace != "" && len(h.Items) == 0 {
		return fmt.Errorf("the history has no audit of namespace %q", namespace)
	}
	for _, entry := range h.NotRead {
		fmt.Fprintf(o.ErrOut, "history: %s: %s\n", entry.File, entry.Reason)
	}
	var out bytes.Buffer
	switch people := o.output.forPeople(o.Out); {
	case printer != nil:
		err = printer.PrintObj(h, &out)
	case *o.output.kubectl.OutputFormat == "csv" && asked:
		err = printers.LivesCSV(&out, h, people)
	case *o.output.kubectl.OutputFormat == "csv":
		err = printers.HistoryCSV(&out, h, people)
	case asked:
		err = printers.Lives(&out, h, people)
	default:
		err = printers.History(&out, h, people)
	}
	if err != nil {
		return err
	}
	if _, err := out.WriteTo(o.Out); err != nil && !isClosedPipe(err) {
		return err
	}
	return nil
}
