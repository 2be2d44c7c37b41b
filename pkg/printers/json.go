package printers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"k8s.io/apimachinery/pkg/runtime"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

const indent = "    "

// JSON prints the same bytes as kubectl, but writes the findings of a report one by
// one: kubectl keeps several copies of everything that it prints.
type JSON struct{ kubeprinters.ResourcePrinter }

// PrintObj prints reports, and leaves everything else to kubectl.
func (p JSON) PrintObj(obj runtime.Object, w io.Writer) error {
	r, isReport := obj.(*api.Report)
	if !isReport {
		return p.ResourcePrinter.PrintObj(obj, w)
	}
	out := bufio.NewWriter(w)
	// A buffered writer keeps its first error until it is flushed.
	return errors.Join(p.report(out, r), out.Flush())
}

func (p JSON) report(out *bufio.Writer, r *api.Report) error {
	rest := *r
	rest.Findings = []api.Finding{}
	var text bytes.Buffer
	finding := json.NewEncoder(&text)
	finding.SetIndent(indent+indent, indent)
	return p.array(out, &rest, "findings", len(r.Findings), func(w io.Writer, i int) error {
		text.Reset()
		err := finding.Encode(&r.Findings[i])
		_, _ = w.Write(bytes.TrimRight(text.Bytes(), "\n"))
		return err
	})
}

// array prints an object with n items in its array of that name, which is empty
// in rest.
func (p JSON) array(out *bufio.Writer, rest runtime.Object, name string, n int, item func(io.Writer, int) error) error {
	var text bytes.Buffer
	if err := p.ResourcePrinter.PrintObj(rest, &text); err != nil {
		return err
	}
	// No string within the object can contain such a line.
	opening := "\n" + indent + `"` + name + `": [`
	before, after, found := bytes.Cut(text.Bytes(), []byte(opening))
	if !found {
		return errors.New("the object has no " + name)
	}
	_, _ = out.Write(before)
	_, _ = out.WriteString(opening)
	for i := range n {
		if i > 0 {
			_ = out.WriteByte(',')
		}
		_, _ = out.WriteString("\n" + indent + indent)
		if err := item(out, i); err != nil {
			return err
		}
	}
	if n > 0 {
		_, _ = out.WriteString("\n" + indent)
	}
	_, _ = out.Write(after)
	return nil
}
