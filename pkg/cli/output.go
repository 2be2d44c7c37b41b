package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// wide is the format for people that shows everything.
const wide = "wide"

// prometheus is the format of the metrics of reports.
const prometheus = "prometheus"

// outputFlags control how a result is printed.
type outputFlags struct {
	kubectl *genericclioptions.PrintFlags
	// more formats than those of kubectl and for people.
	more      []string
	noHeaders bool
	// showSuppressed belongs to reports alone.
	showSuppressed bool
	color          colorFlag
	// command is what the reader types to run the program.
	command string

	// printer is for objects, nil for people and metrics.
	printer kubeprinters.ResourcePrinter
}

func newOutputFlags(p *program, more ...string) outputFlags {
	return outputFlags{command: p.named("kubectl prodcheck"), kubectl: genericclioptions.NewPrintFlags(""), more: more, color: colorAuto}
}

func (f *outputFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(f.kubectl.OutputFormat, "output", "o", "",
		fmt.Sprintf("Output format. One of: (%s)", strings.Join(f.formats(), ", ")))
	f.kubectl.OutputFlagSpecified = func() bool { return flags.Changed("output") }
	f.kubectl.TemplatePrinterFlags.AddFlags(cmd)
	flags.BoolVar(&f.noHeaders, "no-headers", f.noHeaders, "If present, print output without headers")
	f.color.addFlag(cmd)
	completeFlag(cmd, "output", completeWords(f.formats()))
}

// addReportFlags adds the flags that only apply to reports.
func (f *outputFlags) addReportFlags(cmd *cobra.Command) {
	f.addFlags(cmd)
	cmd.Flags().BoolVar(&f.showSuppressed, "show-suppressed", f.showSuppressed,
		"List the findings that exceptions and annotations suppress, as -o wide also does")
}

func (f *outputFlags) formats() []string {
	return slices.Sorted(slices.Values(slices.Concat(f.kubectl.AllowedFormats(), []string{wide}, f.more)))
}

func (f *outputFlags) complete() error {
	var err error
	f.printer, err = f.objectPrinter()
	return err
}

// print writes what was found, as a whole or not at all.
func (f *outputFlags) print(found result, streams genericiooptions.IOStreams) error {
	var out bytes.Buffer
	if err := f.compose(&out, found, f.forPeople(streams.Out)); err != nil {
		return err
	}
	for _, r := range found.Items {
		if !nothingFound(r) {
			continue
		}
		message := noResources(r.Scope)
		if found.several {
			message = r.Metadata.Name + ": " + message
		}
		fmt.Fprintln(streams.ErrOut, message)
	}
	if _, err := out.WriteTo(streams.Out); err != nil && !isClosedPipe(err) {
		return err
	}
	return nil
}

func (f *outputFlags) compose(out *bytes.Buffer, found result, people printers.Options) error {
	switch {
	case *f.kubectl.OutputFormat == prometheus:
		return metrics.Write(out, found.audits()...)
	case f.printer != nil:
		return f.printer.PrintObj(found.object(), out)
	case found.several:
		return printers.Clusters(out, found.ReportList, people)
	}
	return printers.Table(out, found.Items[0], people)
}

// objectPrinter prints objects for programs. It is nil where no object is
// printed.
func (f *outputFlags) objectPrinter() (kubeprinters.ResourcePrinter, error) {
	format := *f.kubectl.OutputFormat
	if format == wide || slices.Contains(f.more, format) || format == "" && *f.kubectl.TemplatePrinterFlags.TemplateArgument == "" {
		return nil, nil
	}
	printer, err := f.kubectl.ToPrinter()
	switch {
	case err != nil:
	case format == "json":
		printer = printers.JSON{ResourcePrinter: printer}
	case format == "name":
		printer = printers.Names{ResourcePrinter: printer}
	}
	var unknown genericclioptions.NoCompatiblePrinterError
	if errors.As(err, &unknown) {
		return nil, fmt.Errorf("unknown output format %q, must be one of %s", format, strings.Join(f.formats(), ", "))
	}
	return printer, err
}

// forPeople are the options of printers for a person who reads from out.
func (f *outputFlags) forPeople(out io.Writer) printers.Options {
	return printers.Options{
		Width: terminalWidth(out), Color: f.color.allows(out),
		Wide: *f.kubectl.OutputFormat == wide, NoHeaders: f.noHeaders, ShowSuppressed: f.showSuppressed, Command: f.command,
	}
}

// nothingFound reports whether there certainly is nothing to audit.
func nothingFound(r *api.Report) bool {
	subjects := r.Summary.Subjects
	return subjects.Workloads+subjects.Services == 0 && len(r.Incomplete) == 0
}

// noResources is kubectl's message.
func noResources(scope api.Scope) string {
	if len(scope.Namespaces) == 1 {
		return fmt.Sprintf("No resources found in %s namespace.", scope.Namespaces[0])
	}
	return "No resources found"
}
