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

// read lists a resource in scope. Anyone who may not list it in all namespaces at
// once may still do so in some: then they are asked for one after the other.
func (l *Source) read(
	ctx context.Context, d kinds.Kind, scope inventory.Scope, facts *collect.Facts, namespaces func() ([]string, error),
) (inventory.Read, error) {
	read, err := l.list(ctx, d, scope.Namespace, facts, 0)
	if err != nil || scope.Namespace != "" || d.Resource.ClusterScoped() || read.State != inventory.Unreadable || read.Reason != forbidden {
		return read, err
	}
	names, err := namespaces()
	switch {
	case apierrors.IsUnauthorized(err), ctx.Err() != nil:
		return l.failed(ctx, read, cmp.Or(ctx.Err(), err))
	case err != nil:
		// Then there is no other way, and the list is just forbidden.
		return read, nil
	}
	return l.listEach(ctx, d, names, facts, read)
}

// onlyNamespace is the answer to a GET of the only namespace in scope.
type onlyNamespace struct {
	object *metav1.PartialObjectMetadata
	err    error
}

// keep makes of it all there is to read of namespaces.
func (l *Source) keep(ctx context.Context, only onlyNamespace, facts *collect.Facts) (inventory.Read, error) {
	read := inventory.Read{Resource: inventory.Namespaces, State: inventory.Complete}
	if only.err != nil {
		return l.failed(ctx, read, only.err)
	}
	only.object.SetGroupVersionKind(kinds.Of(inventory.Namespaces).GVK())
	collect.Trim(only.object)
	facts.Add(only.object, collect.Unsaid{})
	read.Items = 1
	return read, l.recorded(only.object)
}

// listEach lists a resource in each namespace. It goes on where a namespace is
// forbidden and ends where anything else fails: that would only fail again.
func (l *Source) listEach(ctx context.Context, d kinds.Kind, namespaces []string, facts *collect.Facts, refused inventory.Read) (inventory.Read, error) {
	whole := inventory.Read{Resource: d.Resource, State: inventory.Complete, Namespaces: len(namespaces)}
	for i, namespace := range namespaces {
		part, err := l.list(ctx, d, namespace, facts, whole.Items)
		if err != nil {
			return part, err
		}
		if part.State != inventory.Complete {
			whole.Gaps = append(whole.Gaps, inventory.Gap{Namespace: namespace, Reason: part.Reason, Detail: part.Detail, Partial: part.Items > whole.Items})
		}
		whole.Items = part.Items
		if part.State == inventory.Complete || part.Reason == forbidden || part.Reason == inconsistent {
			continue
		}
		if whole.Items == 0 && len(whole.Gaps) == i+1 {
			part.Detail = "namespace " + namespace + ": " + part.Detail
			return part, nil
		}
		for _, left := range namespaces[i+1:] {
			whole.Gaps = append(whole.Gaps, inventory.Gap{Namespace: left, Reason: part.Reason, Detail: "not asked for: reading ended in namespace " + namespace, Partial: false})
		}
		break
	}
	if len(whole.Gaps) == len(namespaces) && whole.Items == 0 {
		return refused, nil
	}
	if len(whole.Gaps) > 0 {
		// What ended the reading, if anything did, is last.
		whole.State, whole.Reason = inventory.Partial, whole.Gaps[len(whole.Gaps)-1].Reason
	}
	return whole, nil
}

// namespaceNames are the names of all namespaces. Nothing else of them is kept:
// no check has asked for them.
func (l *Source) namespaceNames(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d := kinds.Of(inventory.Namespaces)
	var names []string
	for page := range l.pages(ctx, d, "") {
		if page.err != nil {
			return nil, page.err
		}
		err := decode(d, page.body, whole, func(obj runtime.Object) error {
			namespace, err := meta.Accessor(obj)
			if err != nil {
				return decodeError{err}
			}
			names = append(names, namespace.GetName())
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return names, ctx.Err()
}

// NamespaceNames are the names of all namespaces of the cluster, for anyone who
// has to choose one.
func (l *Source) NamespaceNames(ctx context.Context) ([]string, error) {
	if err := l.connect(); err != nil {
		return nil, err
	}
	return l.namespaceNames(ctx)
}
