package inventory

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// confirmOwners asks for each owner that living pods name and no list held.
// Lists are not one moment: only an answer to this question may be called gone.
func (l *Live) confirmOwners(ctx context.Context, c *collector, reads []Read) {
	complete := map[Resource]bool{}
	for _, read := range reads {
		complete[read.Resource] = read.State == Complete
	}
	missing := c.missingOwners(func(r Resource) bool { return complete[r] })
	for i, owner := range missing {
		if i >= maxConfirmations {
			c.confirm(owner.Object, Existence{Unverified,
				fmt.Sprintf("%d owners are missing; only %d were asked for", len(missing), maxConfirmations)})
			continue
		}
		l.confirmOwner(ctx, c, owner)
	}
}

func (l *Live) confirmOwner(ctx context.Context, c *collector, owner missingOwner) {
	found, err := l.get(ctx, owner.resource, owner.Namespace, owner.Name)
	switch {
	case err == nil && found.UID == owner.UID:
		// It was created while the lists were read.
		found.APIVersion, found.Kind = owner.APIVersion, owner.Kind
		c.add(found)
		return
	case err != nil && !goneByName(err, owner.Name):
		c.confirm(owner.Object, Existence{Unverified, reasonOf(err)})
		return
	}
	// The owner is gone. The garbage collector needs a moment to remove its
	// pods: a pod that is going too is no finding.
	pod, err := l.get(ctx, Pods, owner.Namespace, owner.pod.Name)
	switch {
	case goneByName(err, owner.pod.Name), err == nil && (pod.DeletionTimestamp != nil || pod.UID != owner.pod.UID):
		c.forget(&owner.Object)
	case err != nil:
		c.confirm(owner.Object, Existence{Unverified, "its pod: " + reasonOf(err)})
	default:
		c.confirm(owner.Object, Existence{State: Gone})
	}
}

// goneByName reports whether the server knows the kind of an object and has
// none of the name. A bare 404 says less: also a server whose API is not there
// yet, or a proxy that finds no server, answers so.
func goneByName(err error, name string) bool {
	var answer apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &answer) {
		return false
	}
	details := answer.Status().Details
	return details != nil && details.Name == name
}

// get reads the metadata of one object.
func (l *Live) get(ctx context.Context, r Resource, namespace, name string) (*metav1.PartialObjectMetadata, error) {
	result := l.client.Get().AbsPath(define(r).path(namespace), name).SetHeader("Accept", metadataAccept).Do(ctx)
	if err := result.Error(); err != nil {
		return nil, err
	}
	body, err := result.Raw()
	if err != nil {
		return nil, err
	}
	obj, _, err := codecs.UniversalDeserializer().Decode(body, nil, &metav1.PartialObjectMetadata{})
	if err != nil {
		return nil, decodeError{err}
	}
	found, ok := obj.(*metav1.PartialObjectMetadata)
	if !ok {
		return nil, decodeError{fmt.Errorf("the server sent %T instead of its metadata", obj)}
	}
	return found, nil
}
