package inventory

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
)

// maxNamed is how many namespaces a message names before it only counts them.
const maxNamed = 5

// read lists a resource in scope. Whoever may not list it in all namespaces at
// once may still do so in some: then they are asked for one after the other.
func (l *Live) read(
	ctx context.Context, d definition, scope Scope, c *collector, namespaces func() ([]string, error),
) (Read, error) {
	read, err := l.list(ctx, d, scope.Namespace, c, 0)
	if err != nil || scope.Namespace != "" || d.cluster || read.State != Unreadable || read.Reason != forbidden {
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
	return l.listEach(ctx, d, names, c, read)
}

// listEach lists a resource in each namespace. It goes on where a namespace is
// forbidden and ends where anything else fails: that would only fail again.
func (l *Live) listEach(ctx context.Context, d definition, namespaces []string, c *collector, refused Read) (Read, error) {
	whole := Read{Resource: d.resource, State: Complete}
	var hidden []string
	for _, namespace := range namespaces {
		part, err := l.list(ctx, d, namespace, c, whole.Items)
		if err != nil {
			return part, err
		}
		whole.Items = part.Items
		switch {
		case part.State == Complete:
		case part.Reason == forbidden:
			hidden = append(hidden, namespace)
		case part.Reason == inconsistent:
			whole.State, whole.Reason, whole.Detail = part.State, part.Reason, part.Detail
		default:
			part.Detail = "namespace " + namespace + ": " + part.Detail
			return part, nil
		}
	}
	switch {
	case len(hidden) == len(namespaces):
		return refused, nil
	case len(hidden) > 0:
		whole.State, whole.Reason = Partial, forbidden
		whole.Detail = fmt.Sprintf("in %d of %d namespaces: %s", len(hidden), len(namespaces), someOf(hidden))
	}
	return whole, nil
}

func someOf(names []string) string {
	if len(names) <= maxNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), len(names)-maxNamed)
}

// namespaceNames are the names of all namespaces. Nothing else of them is kept:
// no check has asked for them.
func (l *Live) namespaceNames(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d := define(Namespaces)
	d.metadataOnly = true
	var names []string
	for page := range l.pages(ctx, d, "") {
		if page.err != nil {
			return nil, page.err
		}
		list, err := decodeList(d, page.body)
		if err != nil {
			return nil, decodeError{err}
		}
		err = meta.EachListItem(list, func(obj runtime.Object) error {
			namespace, err := meta.Accessor(obj)
			if err == nil {
				names = append(names, namespace.GetName())
			}
			return err
		})
		if err != nil {
			return nil, decodeError{err}
		}
	}
	return names, ctx.Err()
}

// NamespaceNames are the names of all namespaces of the cluster, for whoever
// has to choose one.
func (l *Live) NamespaceNames(ctx context.Context) ([]string, error) {
	if err := l.connect(); err != nil {
		return nil, err
	}
	return l.namespaceNames(ctx)
}
