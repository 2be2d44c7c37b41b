package cli

import (
	"io"
	"slices"
	"strings"

	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// formats returns all formats that -o accepts, by name.
func (f *reportFlags) formats() []printers.Format {
	formats := append(slices.Clone(printers.Formats), printers.Format{
		Name: "prometheus", Extension: "prom",
		Print: func(w io.Writer, found printers.Found) error {
			var text metrics.Text
			if err := (result{Found: found}).eachAudit(text.Add); err != nil {
				return err
			}
			return text.Write(w)
		},
	})
	for _, name := range f.kubectl.AllowedFormats() {
		// A report has a name of its own, but a user of kubectl wants those of objects.
		if name != "name" {
			formats = append(formats, f.kubectlFormat(name))
		}
	}
	slices.SortFunc(formats, func(a, b printers.Format) int { return strings.Compare(a.Name, b.Name) })
	return formats
}

func (f *reportFlags) formatNames() []string {
	var names []string
	for _, format := range f.formats() {
		names = append(names, format.Name)
	}
	return names
}

// kubectlFormat returns one of kubectl's own formats. Templates and JSON paths
// need an argument, and all reports at once.
func (f *reportFlags) kubectlFormat(name string) printers.Format {
	parse := func(argument string) (kubeprinters.ResourcePrinter, error) {
		*f.kubectl.OutputFormat = name
		if argument != "" {
			*f.kubectl.OutputFormat += "=" + argument
		}
		return f.printer()
	}
	switch name {
	case "json", "kyaml", "yaml":
		return printers.Format{Name: name, Print: func(w io.Writer, found printers.Found) error {
			printer, err := parse("")
			if err != nil {
				return err
			}
			if found.Several {
				return printers.List(w, found, name, printer)
			}
			return found.Each(func(r *api.Report) error { return printer.PrintObj(r, w) })
		}}
	}
	return printers.Format{Name: name, Parse: func(argument string) (printers.Print, error) {
		printer, err := parse(argument)
		return func(w io.Writer, found printers.Found) error { return printWhole(w, found, printer) }, err
	}}
}

func printWhole(w io.Writer, found printers.Found, printer kubeprinters.ResourcePrinter) error {
	if !found.Several {
		return found.Each(func(r *api.Report) error { return printer.PrintObj(r, w) })
	}
	list, err := found.Whole()
	if err != nil {
		return err
	}
	return printer.PrintObj(list, w)
}
