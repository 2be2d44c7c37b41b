package printers

import (
	"io"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"
)

// Names prints the names of the items of a list. kubectl's printer does not
// accept our lists.
type Names struct{ kubeprinters.ResourcePrinter }

// PrintObj prints one name, or all names of a list.
func (p Names) PrintObj(obj runtime.Object, w io.Writer) error {
	if !meta.IsListType(obj) {
		return p.ResourcePrinter.PrintObj(obj, w)
	}
	return meta.EachListItem(obj, func(item runtime.Object) error { return p.ResourcePrinter.PrintObj(item, w) })
}
