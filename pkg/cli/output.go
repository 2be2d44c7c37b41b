package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// wide is the format for people that shows everything.
const wide = "wide"

// outputFlags control how objects are printed.
type outputFlags struct {
	kubectl   *genericclioptions.PrintFlags
	noHeaders bool
	color     colorFlag
	// command is the command that the reader types to run the program.
	command string
	// own are formats that a command prints itself, besides those of kubectl.
	own []string
}

func newOutputFlags(p *program) outputFlags {
	return outputFlags{command: p.named("kubectl prodcheck"), kubectl: genericclioptions.NewPrintFlags(""), color: colorAuto}
}

// addFlags adds all flags but -o.
func (f *outputFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.kubectl.OutputFlagSpecified = func() bool { return flags.Changed("output") }
	f.kubectl.TemplatePrinterFlags.AddFlags(cmd)
	completeFlag(cmd, "template", completeFiles)
	flags.BoolVar(&f.noHeaders, "no-headers", f.noHeaders, "If present, print output without headers")
	f.color.addFlag(cmd)
}

// addOutputFlag adds -o for one output, of kubectl's formats or for people.
func (f *outputFlags) addOutputFlag(cmd *cobra.Command) {
	formats := f.formats()
	cmd.Flags().StringVarP(f.kubectl.OutputFormat, "output", "o", "", formatsUsage(formats))
	completeFlag(cmd, "output", completeWords(formats))
}

func formatsUsage(formats []string) string {
	return fmt.Sprintf("Output format. One of: (%s)", strings.Join(formats, ", "))
}

func (f *outputFlags) formats() []string {
	return slices.Sorted(slices.Values(slices.Concat(f.kubectl.AllowedFormats(), f.own, []string{wide})))
}

// printer returns a printer of objects for programs, nil if the format is for
// people.
func (f *outputFlags) printer() (kubeprinters.ResourcePrinter, error) {
	format := *f.kubectl.OutputFormat
	if format == wide || slices.Contains(f.own, format) || format == "" && !f.hasTemplate() {
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
		return nil, unknownFormat(format, f.formats())
	}
	return printer, err
}

// hasTemplate reports whether --template stands for an output format.
func (f *outputFlags) hasTemplate() bool {
	return *f.kubectl.TemplatePrinterFlags.TemplateArgument != ""
}

func unknownFormat(format string, formats []string) error {
	return fmt.Errorf("unknown output format %q, must be one of %s", format, strings.Join(formats, ", "))
}

// forPeople returns the options of printers for a person who reads from out.
func (f *outputFlags) forPeople(out io.Writer) printers.Options {
	return printers.Options{
		Width: terminalWidth(out), Color: f.color.allows(out), Links: linksAllowed(out, f.color),
		Wide: *f.kubectl.OutputFormat == wide, NoHeaders: f.noHeaders, Command: f.command,
	}
}
