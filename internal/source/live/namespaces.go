package live

import (
	"cmp"
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// read lists a resource in scope. A user who may not list it in all namespaces
// at once may still list it in some: then each of them is read.
func (l *Source) read(
	ctx context.Context, d kinds.Kind, scope inventory.Scope, facts *collect.Facts, namespaces func() ([]string, error),
) (inventory.Read, error) {
	if len(scope.Namespaces) > 1 && !d.Resource.ClusterScoped() {
		return l.listEach(ctx, d, scope.Namespaces, facts)
	}
	read, err := l.list(ctx, d, scope.Only(), facts)
	if err != nil || !scope.Whole() || d.Resource.ClusterScoped() || read.State != inventory.Unreadable || read.Reason != forbidden {
		return read, err
	}
	names, err := namespaces()
	switch {
	case apierrors.IsUnauthorized(err), ctx.Err() != nil:
		return l.failed(ctx, read, cmp.Or(ctx.Err(), err))
	case err != nil, len(names) == 0:
		// There is no other way then, and the list is just forbidden.
		return read, nil
	}
	l.lists.setApart(d.Resource)
	each, err := l.listEach(ctx, d, names, facts)
	if err == nil && each.State == inventory.Unreadable && each.Reason == forbidden {
		// One refusal says as much as all of them.
		return read, nil
	}
	return each, err
}

// narrowed lists only a node and its pods, if nothing else is asked for.
func narrowed(d kinds.Kind, scope inventory.Scope) kinds.Kind {
	if !scope.NamesNodes() || len(scope.Objects) > 1 {
		return d
	}
	switch name := scope.Objects[0].Name; d.Resource {
	case inventory.Nodes:
		d.FieldSelector = "metadata.name=" + name
	case inventory.Pods:
		d.FieldSelector = "spec.nodeName=" + name
	}
	return d
}

// namespaceAnswer is the answer to a GET of a namespace in scope.
type namespaceAnswer struct {
	object *metav1.PartialObjectMetadata
	err    error
}

// keep uses the answers as everything that there is to read about namespaces.
func (l *Source) keep(ctx context.Context, only []namespaceAnswer, facts *collect.Facts) (inventory.Read, error) {
	read := inventory.Read{Resource: inventory.Namespaces, State: inventory.Complete}
	for _, answer := range only {
		if answer.err != nil {
			return l.failed(ctx, read, answer.err)
		}
		answer.object.SetGroupVersionKind(kinds.Of(inventory.Namespaces).GVK())
		collect.Trim(answer.object)
		facts.Add(answer.object, collect.Unsaid{})
		read.Items++
		if err := l.recorded(answer.object); err != nil {
			return read, err
		}
	}
	return read, nil
}

// namespaceNames returns the names of all namespaces. It keeps nothing else,
// because no check has asked for namespaces.
func (l *Source) namespaceNames(ctx context.Context) ([]string, error) {
	return l.names(ctx, inventory.Namespaces, "")
}

func (l *Source) names(ctx context.Context, r inventory.Resource, namespace string) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d := kinds.Of(r)
	d.MetadataOnly = true
	var names []string
	for page := range l.pages(ctx, d, namespace, new(bodyPair)) {
		if page.err != nil {
			return nil, page.err
		}
		err := decode(d, page.body, whole(d), func(obj runtime.Object) error {
			named, err := meta.Accessor(obj)
			if err != nil {
				return decodeError{err}
			}
			names = append(names, named.GetName())
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return names, ctx.Err()
}

// Names returns the names of all objects of a resource in a namespace, or of all
// namespaces and nodes, for anyone who has to choose one.
func (l *Source) Names(ctx context.Context, r inventory.Resource, namespace string) ([]string, error) {
	if err := l.connect(); err != nil {
		return nil, err
	}
	if r.ClusterScoped() {
		namespace = ""
	}
	return l.names(ctx, r, namespace)
}
