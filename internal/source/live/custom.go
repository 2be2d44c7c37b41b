package live

import (
	"context"
	"encoding/json"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
)

// discover finds the version in which the server has a resource. If the group of
// a custom resource is not installed, the resource does not exist. Then no
// request is needed, which would be forbidden to users without permission to list
// the resource. Every user may ask which groups there are.
func (l *Source) discover(d kinds.Kind) (found kinds.Kind, installed bool) {
	groups, err := l.groups()
	i := slices.IndexFunc(groups, func(g metav1.APIGroup) bool { return g.Name == d.GVK().Group })
	switch {
	case err != nil:
		// Only the list itself can show it.
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

// otherwise finds out why a list was not found: the server has another version
// of the resource or, in an installed group, does not have the custom resource.
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

// listGroups returns the API groups of the server with their versions.
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
