package inventory

import (
	"context"
	"encoding/json"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// otherwise finds out what a list means that failed as if the cluster did not
// have the API: that it serves another version, or that it has not installed a
// custom resource, so that there is none of it. Whoever may not list one is told
// so even if it does not exist, but everyone may ask what exists.
func (l *Live) otherwise(ctx context.Context, d definition, err error) (other definition, absent bool) {
	if d.served != nil || d.gvk.Group == "" || !apierrors.IsNotFound(err) && !(d.custom && apierrors.IsForbidden(err)) {
		return d, false
	}
	group, groupErr := l.group(ctx, d.gvk.Group)
	switch {
	case groupErr != nil:
		return d, d.custom && apierrors.IsNotFound(groupErr)
	case slices.ContainsFunc(group.Versions, func(v metav1.GroupVersionForDiscovery) bool { return v.Version == d.gvk.Version }):
		return d, d.custom && apierrors.IsNotFound(err)
	}
	for _, served := range group.Versions {
		if _, v, known := versionOf(group.Name, served.Version, d.gvk.Kind); known {
			d.served = v
			break
		}
	}
	return d, false
}

func (l *Live) group(ctx context.Context, name string) (*metav1.APIGroup, error) {
	body, err := l.client.Get().AbsPath("/apis", name).Do(ctx).Raw()
	if err != nil {
		return nil, err
	}
	group := &metav1.APIGroup{}
	if err := json.Unmarshal(body, group); err != nil {
		return nil, decodeError{err}
	}
	return group, nil
}
