package printers

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Whole reads all reports into one list, for formats that need all of them at once.
func (f Found) Whole() (*api.ReportList, error) {
	list := f.emptyList()
	err := f.Each(func(r *api.Report) error {
		list.Items = append(list.Items, r)
		return nil
	})
	return list, err
}

// emptyList is the list without its reports.
func (f Found) emptyList() *api.ReportList {
	list := api.NewList()
	list.Failed = append(list.Failed, f.Failed...)
	return list
}

// listForm says how a format of kubectl nests the items of a list.
type listForm struct {
	// none are the items of an empty list.
	none string
	// opening, between and closing replace it around items. Each item comes after
	// before, and its lines are indented by indent.
	opening, before, indent, between, closing string
}

var listForms = map[string]listForm{
	"json":  {`    "items": []`, `    "items": [`, "\n        ", "        ", ",", "\n    ]"},
	"yaml":  {"\nitems: []\n", "\nitems:", "\n- ", "  ", "", "\n"},
	"kyaml": {"  items: [],\n", "  items: [", "", "  ", ", ", "],\n"},
}

// List prints the list of the reports as kubectl does in JSON, YAML or KYAML, but one
// report at a time. Long lines of YAML are broken as in a report of its own. The printer
// is that of the format.
func List(w io.Writer, found Found, format string, printer kubeprinters.ResourcePrinter) error {
	form := listForms[format]
	var text bytes.Buffer
	if err := printer.PrintObj(found.emptyList(), &text); err != nil {
		return err
	}
	// In no format can a string within the list contain such a line.
	head, tail, known := bytes.Cut(text.Bytes(), []byte(form.none))
	if !known {
		return fmt.Errorf("the list has no items in %s", format)
	}
	out := bufio.NewWriter(w)
	_, _ = out.Write(head)
	if len(found.Items) == 0 {
		write(out, form.none)
	} else {
		separator := form.opening
		err := found.Each(func(r *api.Report) error {
			write(out, separator, form.before)
			separator = form.between
			nested := bufio.NewWriter(&indenting{out: out, by: form.indent})
			return errors.Join(printer.PrintObj(r, nested), nested.Flush())
		})
		if err != nil {
			return err
		}
		write(out, form.closing)
	}
	_, _ = out.Write(tail)
	return out.Flush()
}

// indenting indents all lines but the first, and drops the last line break and the
// separator of documents.
type indenting struct {
	out io.Writer
	by  string
	// begun is set after the first line, broken after a line break, which is written
	// only if more follows.
	begun, broken bool
}

func (w *indenting) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		if !w.begun && string(line) == "---\n" {
			continue
		}
		text, broken := bytes.CutSuffix(line, []byte("\n"))
		if w.broken {
			write(w.out, "\n", w.by)
		}
		if _, err := w.out.Write(text); err != nil {
			return 0, err
		}
		w.begun, w.broken = true, broken
	}
	return len(p), nil
}
