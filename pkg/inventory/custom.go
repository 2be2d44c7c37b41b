package inventory

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// notInstalled reports whether a list failed only because the cluster does not
// have the API of a custom resource: then there is none of it. Whoever may not
// list it is told so even if it does not exist, but everyone may ask what exists.
func (l *Live) notInstalled(ctx context.Context, d definition, err error) bool {
	switch {
	case !d.custom:
		return false
	case apierrors.IsForbidden(err):
		err = l.client.Get().AbsPath("/apis", d.gvk.Group, d.gvk.Version).Do(ctx).Error()
	}
	return apierrors.IsNotFound(err)
}
