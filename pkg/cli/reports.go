package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checkdoc"
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
		". FORMAT=FILE writes to a file or into a directory; standard output then shows another -o or the table. Can be repeated")
	flags.StringSliceVar(&f.show, "show", f.show, fmt.Sprintf(
		"What a table lists: open findings (failed), findings that exceptions or annotations suppress, and checks by their outcome. Any of: (%s). "+
			"The default is failed; with -o wide, also suppressed", strings.Join(printers.ShowKeys, ", ")))
	flags.StringVar(&f.sortBy, "sort-by", f.sortBy,
		fmt.Sprintf("Sort the findings of a table by a column. One of: (%s). The default is the worst first", strings.Join(printers.SortKeys, ", ")))
	completeFlag(cmd, "output", f.completeOutput)
	completeFlag(cmd, "show", completeList(func() []cobra.Completion { return printers.ShowKeys }))
	completeFlag(cmd, "sort-by", completeWords(printers.SortKeys))
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
