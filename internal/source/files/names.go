package files

import (
	"cmp"
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/internal/manifest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Names returns the names of all objects of a resource in a namespace (in any, for ""),
// for anyone who has to choose one. A namespace needs no object of its own. What cannot be
// read in time has no names.
func (f *Source) Names(ctx context.Context, r inventory.Resource, namespace string) []string {
	var names []string
	for from, err := range f.inputs() {
		if err == nil && from.problem == "" {
			names = append(names, from.names(ctx, r, namespace)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (from *input) names(ctx context.Context, r inventory.Resource, namespace string) (names []string) {
	content, err := from.open(ctx)
	if err != nil {
		return nil
	}
	defer content.Close()
	text, err := manifest.Text(content)
	if err != nil {
		return nil
	}
	for object, err := range manifest.Objects(text, manifest.Limit{}) {
		if ctx.Err() != nil {
			break
		}
		version, versionErr := schema.ParseGroupVersion(object.APIVersion)
		if err != nil || versionErr != nil || object.List {
			continue
		}
		kind, _, known := kinds.OfObject(version.Group, version.Version, object.Kind)
		its := object.Metadata.Namespace
		switch {
		case !known:
		case r == inventory.Namespaces && its != "":
			names = append(names, its)
		case kind.Resource != r || object.Metadata.Name == "":
		case namespace == "" || r.ClusterScoped() || cmp.Or(its, namespace) == namespace:
			names = append(names, object.Metadata.Name)
		}
	}
	return names
}
