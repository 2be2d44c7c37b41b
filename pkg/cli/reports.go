package cli

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checkdoc"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// reportFlags say where reports are written, and in which formats.
type reportFlags struct {
	outputFlags
	catalog catalog
	given   []string
	show    []string
	sortBy  string

	outputs []output
}

func newReportFlags(p *program) reportFlags {
	return reportFlags{outputFlags: newOutputFlags(p), catalog: p.catalog}
}

func (f *reportFlags) addFlags(cmd *cobra.Command) {
	f.outputFlags.addFlags(cmd)
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.given, "output", "o", f.given, formatsUsage(f.formatNames())+
		". FORMAT=FILE writes to a file, or to one in a directory, and leaves standard output to another -o or to the table. Can be repeated")
	flags.StringSliceVar(&f.show, "show", f.show, fmt.Sprintf(
		"What a table lists: findings (failed), findings that exceptions and annotations suppress, and checks by their outcome. Any of: (%s). "+
			"The default is failed; with -o wide, also suppressed", strings.Join(printers.ShowKeys, ", ")))
	flags.StringVar(&f.sortBy, "sort-by", f.sortBy,
		fmt.Sprintf("Sort the findings of a table by a column. One of: (%s). The default is the worst first", strings.Join(printers.SortKeys, ", ")))
	completeFlag(cmd, "output", f.completeOutput)
	completeFlag(cmd, "show", completeList(func() []cobra.Completion { return printers.ShowKeys }))
	completeFlag(cmd, "sort-by", completeWords(printers.SortKeys))
}

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
			if found.Several && name != "name" {
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

// complete makes outputs from the flag and from the files in the configuration.
// An output of the flag replaces a file with the same format.
func (f *reportFlags) complete(file *config.File) error {
	if f.sortBy != "" && !slices.Contains(printers.SortKeys, f.sortBy) {
		return fmt.Errorf("--sort-by must be one of %s, not %q", strings.Join(printers.SortKeys, ", "), f.sortBy)
	}
	for _, what := range f.show {
		if !slices.Contains(printers.ShowKeys, what) {
			return fmt.Errorf("--show must be some of %s, not %q", strings.Join(printers.ShowKeys, ", "), what)
		}
	}
	toStdout := false
	inFile := maps.Clone(file.Config.Outputs)
	for _, text := range f.given {
		o, err := f.parse(text)
		if err != nil {
			return err
		}
		f.outputs = append(f.outputs, o)
		toStdout = toStdout || o.file == ""
		delete(inFile, o.format)
	}
	for _, format := range slices.Sorted(maps.Keys(inFile)) {
		o, err := f.inFile(format, inFile[format])
		if err != nil {
			return configError{fmt.Errorf("%s: %w", file.Source("outputs."+format), err)}
		}
		f.outputs = append(f.outputs, o)
	}
	if !toStdout {
		o, err := f.standard()
		if err != nil {
			return err
		}
		f.outputs = append([]output{o}, f.outputs...)
	}
	return distinct(f.outputs)
}

// standard returns the output of an audit without -o.
func (f *reportFlags) standard() (output, error) {
	if f.hasTemplate() {
		return f.parse("go-template")
	}
	return output{print: printers.People}, nil
}

// distinct refuses two outputs to the same file.
func distinct(outputs []output) error {
	seen := map[string]bool{}
	for _, o := range outputs {
		path := filepath.Clean(o.file)
		if o.file != "" && seen[path] {
			return fmt.Errorf("two outputs are written to %s", o.file)
		}
		seen[path] = true
	}
	return nil
}

// parse reads FORMAT, FORMAT=ARGUMENT or FORMAT=FILE.
func (f *reportFlags) parse(text string) (output, error) {
	name, after, hasMore := strings.Cut(text, "=")
	format, err := f.named(name)
	if err != nil {
		return output{}, err
	}
	o := output{format: name, print: format.Print}
	switch {
	case format.Parse != nil:
		o.whole = true
		o.print, err = format.Parse(after)
	case hasMore && after == "":
		err = fmt.Errorf("-o %s= names no file; '-' is standard output", name)
	case hasMore && after != "-":
		o.file = fileOf(format, after)
	}
	return o, err
}

// inFile makes an output from the configuration.
func (f *reportFlags) inFile(name, path string) (output, error) {
	format, err := f.named(name)
	switch {
	case err != nil:
		return output{}, err
	case format.Parse != nil:
		return output{}, fmt.Errorf("outputs.%s: this format needs an argument, and is for -o", name)
	case path == "" || path == "-":
		return output{}, fmt.Errorf("outputs.%s must be a file or a directory, not %q", name, path)
	}
	return output{format: name, file: fileOf(format, path), print: format.Print}, nil
}

func (f *reportFlags) named(name string) (printers.Format, error) {
	formats := f.formats()
	i := slices.IndexFunc(formats, func(format printers.Format) bool { return format.Name == name })
	if i < 0 {
		return printers.Format{}, unknownFormat(name, f.formatNames())
	}
	return formats[i], nil
}

func (f *reportFlags) completeOutput(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if strings.Contains(typed, "=") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return f.formatNames(), cobra.ShellCompDirectiveNoFileComp
}

// print writes all outputs, each of them completely or not at all. If one cannot
// be written, the others still are.
func (f *reportFlags) print(found result, streams genericiooptions.IOStreams) failures {
	var failed failures
	for _, check := range f.catalog {
		found.Checks = append(found.Checks, checkdoc.Of(f.catalog, check))
	}
	for _, o := range f.outputs {
		out := streams.Out
		if o.file != "" {
			out = io.Discard
		}
		found.Options = f.forPeople(out)
		found.Show, found.SortBy = f.show, f.sortBy
		if err := o.write(found.Found, streams.Out); err != nil && !isClosedPipe(err) {
			failed = append(failed, err)
		}
	}
	for _, notice := range found.notices {
		fmt.Fprintln(streams.ErrOut, notice)
	}
	return failed
}

// noticeOf is kubectl's message if it is certain that there is nothing to audit.
func noticeOf(r *api.Report) string {
	subjects := r.Summary.Subjects
	if subjects.Workloads+subjects.Services+len(r.Incomplete)+len(r.Scope.Objects) > 0 {
		return ""
	}
	switch namespaces := r.Scope.Namespaces; len(namespaces) {
	case 0:
	case 1:
		return fmt.Sprintf("No resources found in %s namespace.", namespaces[0])
	default:
		return fmt.Sprintf("No resources found in the namespaces %s.", strings.Join(namespaces, ", "))
	}
	return "No resources found"
}
