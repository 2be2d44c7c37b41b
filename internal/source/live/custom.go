package live

import (
	"context"
	"encoding/json"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
)

// discover finds the version in which the server has a resource. A custom one
// whose group is not installed does not exist: no request needs to ask for it,
// which would also be forbidden to anyone without the right to list it. Everyone
// may ask which groups there are.
func (l *Source) discover(d kinds.Kind) (found kinds.Kind, installed bool) {
	groups, err := l.groups()
	i := slices.IndexFunc(groups, func(g metav1.APIGroup) bool { return g.Name == d.GVK().Group })
	switch {
	case err != nil:
		// Only the list itself can tell.
		return d, true
	case i < 0:
		return d, false
	}
	versions := groups[i].Versions
	if slices.ContainsFunc(versions, func(v metav1.GroupVersionForDiscovery) bool { return v.Version == d.Version }) {
		return d, true
	}
	for _, served := range versions {
		if _, v, known := kinds.OfObject(d.GVK().Group, served.Version, d.Name); known {
			d.Served = v
			break
		}
	}
	return d, true
}

// otherwise finds out what a list means that was not found: that the server has
// another version of it or, in an installed group, none of a custom resource.
func (l *Source) otherwise(d kinds.Kind, err error) (other kinds.Kind, absent bool) {
	switch {
	case !apierrors.IsNotFound(err) || d.GVK().Group == "":
		return d, false
	case d.Custom:
		_, unknown := l.groups()
		return d, unknown == nil
	case d.Served == nil:
		d, _ = l.discover(d)
	}
	return d, false
}

// listGroups are the API groups of the server with their versions.
func (l *Source) listGroups(ctx context.Context) ([]metav1.APIGroup, error) {
	body, err := l.client.Get().AbsPath("/apis").Do(ctx).Raw()
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list metav1.APIGroupList
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, decodeError{err}
	}
	return list.Groups, nil
}
