package printers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"k8s.io/apimachinery/pkg/runtime"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

const (
	indent  = "    "
	opening = "\n" + indent + `"findings": [`
)

// JSON prints as kubectl does, byte for byte, but a report's findings one after
// the other: kubectl holds several copies of all that it prints.
type JSON struct{ kubeprinters.ResourcePrinter }

// PrintObj prints reports, and leaves everything else to kubectl.
func (p JSON) PrintObj(obj runtime.Object, w io.Writer) error {
	r, ok := obj.(*report.Report)
	if !ok || len(r.Findings) == 0 {
		return p.ResourcePrinter.PrintObj(obj, w)
	}
	rest := *r
	rest.Findings = []report.Finding{}
	var text bytes.Buffer
	if err := p.ResourcePrinter.PrintObj(&rest, &text); err != nil {
		return err
	}
	// No text within the report can hold a line of its own.
	before, after, found := bytes.Cut(text.Bytes(), []byte(opening))
	if !found {
		return errors.New("the report is without findings")
	}
	out := bufio.NewWriter(w)
	// A buffered writer keeps its first error until it is flushed.
	_, _ = out.Write(before)
	_, _ = out.WriteString(opening)
	for i := range r.Findings {
		finding, err := json.MarshalIndent(&r.Findings[i], indent+indent, indent)
		if err != nil {
			return err
		}
		if i > 0 {
			_ = out.WriteByte(',')
		}
		_, _ = out.WriteString("\n" + indent + indent)
		_, _ = out.Write(finding)
	}
	_, _ = out.WriteString("\n" + indent)
	_, _ = out.Write(after)
	return out.Flush()
}
