package live

import (
	"context"
	"encoding/json"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
)

// otherwise finds out what a list means that failed as if the cluster did not
// have the API: that it serves another version, or that it has not installed a
// custom resource, so that there is none of it. Whoever may not list one is told
// so even if it does not exist, but everyone may ask what exists.
func (l *Source) otherwise(ctx context.Context, d kinds.Kind, err error) (other kinds.Kind, absent bool) {
	if d.Served != nil || d.GVK().Group == "" || !apierrors.IsNotFound(err) && !(d.Custom && apierrors.IsForbidden(err)) {
		return d, false
	}
	group, groupErr := l.group(ctx, d.GVK().Group)
	switch {
	case groupErr != nil:
		return d, d.Custom && apierrors.IsNotFound(groupErr)
	case slices.ContainsFunc(group.Versions, func(v metav1.GroupVersionForDiscovery) bool { return v.Version == d.Version }):
		return d, d.Custom && apierrors.IsNotFound(err)
	}
	for _, served := range group.Versions {
		if _, v, known := kinds.OfObject(group.Name, served.Version, d.Name); known {
			d.Served = v
			break
		}
	}
	return d, false
}

func (l *Source) group(ctx context.Context, name string) (*metav1.APIGroup, error) {
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
