package printers

import (
	"bufio"
	"cmp"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Name writes the objects with findings as kubectl names objects, deployment.apps/web,
// each on one line, the worst first. As in kubectl, a name has no namespace. Findings that
// the table does not show do not count.
func Name(w io.Writer, found Found) error {
	out := bufio.NewWriter(w)
	err := found.Each(func(r *api.Report) error {
		t := table{report: r}
		seen := map[api.Object]bool{}
		for i := range r.Findings {
			f := &r.Findings[i]
			object := f.Object
			object.Container = ""
			if seen[object] || f.Severity == api.Info && !t.showsInfo() {
				continue
			}
			seen[object] = true
			write(out, fullName(object), "\n")
		}
		return nil
	})
	return cmp.Or(err, out.Flush())
}

// fullName is unique among the kinds of all groups, and kubectl accepts it.
func fullName(o api.Object) string {
	kind := schema.FromAPIVersionAndKind(o.APIVersion, o.Kind).GroupKind().String()
	return visible(strings.ToLower(kind) + "/" + o.Name)
}
