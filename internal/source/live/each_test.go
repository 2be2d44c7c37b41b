package live

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The lists of some namespaces are one list, which knows where it has gaps.
func TestEachNamespaceTogether(t *testing.T) {
	namespaces := []string{"a", "b", "c"}
	read := func(items int) *inventory.Read {
		return &inventory.Read{Resource: inventory.Pods, State: inventory.Complete, Items: items}
	}
	failed := func(items int, reason string) *inventory.Read {
		r := &inventory.Read{Resource: inventory.Pods, State: inventory.Unreadable, Items: items, Reason: reason, Detail: "no: " + reason}
		if items > 0 {
			r.State = inventory.Partial
		}
		return r
	}
	gap := func(namespace, reason string, partial bool) inventory.Gap {
		return inventory.Gap{Namespace: namespace, Reason: reason, Detail: "no: " + reason, Partial: partial}
	}
	notAsked := func(namespace, end, reason string) inventory.Gap {
		return inventory.Gap{Namespace: namespace, Reason: reason, Detail: "not asked for: reading ended in namespace " + end}
	}
	for name, test := range map[string]struct {
		reads []*inventory.Read
		want  inventory.Read
		share float64
	}{
		"all of them": {[]*inventory.Read{read(1), read(0), read(2)}, inventory.Read{State: inventory.Complete, Items: 3}, 1},
		"all are forbidden": {[]*inventory.Read{failed(0, forbidden), failed(0, forbidden), failed(0, forbidden)}, inventory.Read{
			State: inventory.Unreadable, Reason: forbidden, Gaps: []inventory.Gap{gap("a", forbidden, false), gap("b", forbidden, false), gap("c", forbidden, false)},
		}, 0},
		"one fails": {[]*inventory.Read{read(1), failed(0, "expired"), nil}, inventory.Read{
			State: inventory.Partial, Items: 1, Reason: "expired", Gaps: []inventory.Gap{gap("b", "expired", false), notAsked("c", "b", "expired")},
		}, 1. / 3},
		"one fails while the next one is read": {[]*inventory.Read{failed(0, "expired"), read(1), nil}, inventory.Read{
			State: inventory.Partial, Items: 1, Reason: "expired", Gaps: []inventory.Gap{gap("a", "expired", false), notAsked("c", "a", "expired")},
		}, 1. / 3},
		"a later one fails first": {[]*inventory.Read{read(1), nil, failed(0, "expired")}, inventory.Read{
			State: inventory.Partial, Items: 1, Reason: "expired", Gaps: []inventory.Gap{notAsked("b", "c", "expired"), gap("c", "expired", false)},
		}, 1. / 3},
		"one ends in the middle": {[]*inventory.Read{failed(0, forbidden), failed(1, "timed out"), nil}, inventory.Read{
			State: inventory.Partial, Items: 1, Reason: "timed out", Gaps: []inventory.Gap{
				gap("a", forbidden, false), gap("b", "timed out", true), notAsked("c", "b", "timed out"),
			},
		}, 0},
		"one went on with newer objects": {[]*inventory.Read{failed(2, inconsistent), read(1), read(0)}, inventory.Read{
			State: inventory.Partial, Items: 3, Reason: inconsistent, Gaps: []inventory.Gap{gap("a", inconsistent, true)},
		}, 2. / 3},
		"one fails, others are forbidden": {[]*inventory.Read{read(1), failed(0, "expired"), failed(0, forbidden)}, inventory.Read{
			State: inventory.Partial, Items: 1, Reason: "expired", Gaps: []inventory.Gap{gap("b", "expired", false), gap("c", forbidden, false)},
		}, 1. / 3},
	} {
		t.Run(name, func(t *testing.T) {
			test.want.Resource, test.want.Namespaces = inventory.Pods, 3
			got := together(inventory.Pods, namespaces, test.reads)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got.Share() != test.share {
				t.Errorf("share %v", got.Share())
			}
		})
	}

	// One failure says as much as that of each namespace.
	got := together(inventory.Pods, namespaces, []*inventory.Read{failed(0, forbidden), failed(0, "expired"), nil})
	want := inventory.Read{Resource: inventory.Pods, State: inventory.Unreadable, Reason: "expired", Detail: "namespace b: no: expired"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nothing was read: -want +got:\n%s", diff)
	}
}

// What fails in one namespace would fail in all: those that have not begun do not.
func TestAFailureEndsWhatHasNotBegun(t *testing.T) {
	s := newServer(t)
	list := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"}}
	for i := range 20 {
		name := fmt.Sprintf("n%02d", i)
		list.Items = append(list.Items, metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: name}})
		s.answers["/api/v1/namespaces/"+name+"/pods"] = failure(410, metav1.StatusReasonExpired)
	}
	s.answers["/api/v1/namespaces"] = answer(http.StatusOK, list)
	s.answers["/api/v1/pods"] = failure(403, metav1.StatusReasonForbidden)
	inv, err := s.read(inventory.Pods)
	if err != nil {
		t.Fatal(err)
	}
	if got := inv.Read(inventory.Pods); got.State != inventory.Unreadable || got.Reason != "expired" {
		t.Errorf("%+v", got)
	}
	asked := 0
	for _, r := range s.requests {
		if strings.HasPrefix(r, "GET /api/v1/namespaces/") {
			asked++
		}
	}
	if asked == 0 || asked > maxLists {
		t.Errorf("asked in %d namespaces", asked)
	}
}
