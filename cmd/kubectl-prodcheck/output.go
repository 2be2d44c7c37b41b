package main

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

// outputFlags are how to print a result.
type outputFlags struct {
	kubectl   *genericclioptions.PrintFlags
	noHeaders bool
	color     colorFlag
}

func newOutputFlags() outputFlags {
	return outputFlags{kubectl: genericclioptions.NewPrintFlags(""), color: colorAuto}
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

func (f *outputFlags) formats() []string {
	return slices.Sorted(slices.Values(append(f.kubectl.AllowedFormats(), wide)))
}

// objectPrinter prints for programs. It is nil when a person reads.
func (f *outputFlags) objectPrinter() (kubeprinters.ResourcePrinter, error) {
	format := *f.kubectl.OutputFormat
	if format == wide || format == "" && *f.kubectl.TemplatePrinterFlags.TemplateArgument == "" {
		return nil, nil
	}
	printer, err := f.kubectl.ToPrinter()
	if err == nil && format == "json" {
		printer = printers.JSON{ResourcePrinter: printer}
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
		Wide: *f.kubectl.OutputFormat == wide, NoHeaders: f.noHeaders,
	}
}
