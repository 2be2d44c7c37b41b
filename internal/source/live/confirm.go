package live

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// confirmOwners requests each owner that living pods name and no list contained.
// Lists are not of one moment, so only the answer to this request may be called
// gone. It returns how many it has requested, at most so many.
func (l *Source) confirmOwners(ctx context.Context, facts *collect.Facts, unread collect.Unread, most int, ask func(*collect.MissingOwner) bool) int {
	missing := facts.MissingOwners(unread, func(r inventory.Resource) bool {
		missed, asked := unread[r]
		return asked && !missed
	})
	missing = slices.DeleteFunc(missing, func(owner *collect.MissingOwner) bool { return facts.Answered(&owner.Object) || !ask(owner) })
	// Portions come in this order: the same owners are requested, however large these are.
	slices.SortStableFunc(missing, func(a, b *collect.MissingOwner) int {
		switch {
		case a.Namespace == b.Namespace:
			return 0
		case inventory.ListedBefore(a.Namespace, b.Namespace):
			return -1
		}
		return 1
	})
	for i, owner := range missing {
		if i >= most {
			facts.Answer(&owner.Object, inventory.Existence{State: inventory.Unverified, Why: fmt.Sprintf("more than %d owners are missing; no more were asked for", maxConfirmations)})
			continue
		}
		l.confirmOwner(ctx, facts, owner)
	}
	return min(len(missing), most)
}

func (l *Source) confirmOwner(ctx context.Context, facts *collect.Facts, owner *collect.MissingOwner) {
	found, err := l.get(ctx, owner.Resource, owner.Namespace, owner.Name)
	switch {
	case err == nil && found.UID == owner.UID:
		// It was created while the lists were read.
		found.APIVersion, found.Kind = owner.APIVersion, owner.Kind
		facts.Add(found, collect.Unsaid{})
		return
	case err != nil && !goneByName(err, owner.Name):
		facts.Answer(&owner.Object, inventory.Existence{State: inventory.Unverified, Why: reasonOf(err)})
		return
	}
	// The owner is gone. The garbage collector needs a moment to remove its pods,
	// so a pod that is being deleted is not a finding.
	pod, err := l.get(ctx, inventory.Pods, owner.Namespace, owner.Pod.Name)
	switch {
	case goneByName(err, owner.Pod.Name), err == nil && (pod.DeletionTimestamp != nil || pod.UID != owner.Pod.UID):
		facts.Vanished(&owner.Object)
	case err != nil:
		facts.Answer(&owner.Object, inventory.Existence{State: inventory.Unverified, Why: "its pod: " + reasonOf(err)})
	default:
		facts.Answer(&owner.Object, inventory.Existence{State: inventory.Gone})
	}
}

// everyOwner asks for each.
func everyOwner(*collect.MissingOwner) bool { return true }

// goneByName reports whether the server knows the kind of an object but has no
// object of that name. A bare 404 proves less: a server whose API is not ready
// yet, or a proxy that finds no server, sends it as well.
func goneByName(err error, name string) bool {
	var answer apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &answer) {
		return false
	}
	details := answer.Status().Details
	return details != nil && details.Name == name
}

// get reads the metadata of one object.
func (l *Source) get(ctx context.Context, r inventory.Resource, namespace, name string) (*metav1.PartialObjectMetadata, error) {
	result := l.client.Get().AbsPath(kinds.Of(r).Path(namespace), name).SetHeader("Accept", metadataAccept).Do(ctx)
	if err := result.Error(); err != nil {
		return nil, err
	}
	body, err := result.Raw()
	if err != nil {
		return nil, err
	}
	obj, _, err := kinds.Codecs.UniversalDeserializer().Decode(body, nil, &metav1.PartialObjectMetadata{})
	if err != nil {
		return nil, decodeError{err}
	}
	found, ok := obj.(*metav1.PartialObjectMetadata)
	if !ok {
		return nil, decodeError{fmt.Errorf("the server sent %T instead of its metadata", obj)}
	}
	return found, nil
}
