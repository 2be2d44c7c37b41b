package live

import (
	"context"
	"net/http"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Each of several namespaces is read, and a forbidden one hides no other.
func TestSeveralNamespaces(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/namespaces/shop"] = answer(200, namespaceObject("PartialObjectMetadata", "shop"))
	s.answers["/api/v1/namespaces/bank"] = failure(403, metav1.StatusReasonForbidden)
	s.answers["/api/v1/namespaces/shop/pods"] = asProtobuf(t, podList("", 0, pod("cart")))
	s.answers["/api/v1/namespaces/bank/pods"] = failure(403, metav1.StatusReasonForbidden)
	req := inventory.Request{Scope: inventory.Scope{Namespaces: []string{"bank", "shop"}}, Resources: []inventory.Resource{inventory.Pods}}
	inv, err := s.live().Read(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	read := inv.Read(inventory.Pods)
	if read.State != inventory.Partial || len(read.Gaps) != 1 || read.Gaps[0].Namespace != "bank" || len(inv.Workloads) != 1 {
		t.Errorf("%+v", read)
	}
	if !inv.ReadIn("shop", inventory.Pods) || inv.ReadIn("bank", inventory.Pods) || inv.CompleteIn("", inventory.Pods) {
		t.Error("only the pods of shop were read")
	}
	if slices.Contains(s.requests, "GET /api/v1/pods") {
		t.Errorf("read more: %q", s.requests)
	}

	s.answers["/api/v1/namespaces/shop/pods"] = s.answers["/api/v1/namespaces/bank/pods"]
	if inv, err = s.live().Read(context.Background(), req); err != nil {
		t.Fatal(err)
	}
	if read := inv.Read(inventory.Pods); read.State != inventory.Unreadable || len(read.Gaps) != 2 {
		t.Errorf("%+v", read)
	}
}

// Only the node and its pods are requested.
func TestOneNode(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/nodes/n1"] = answer(200, namespaceObject("PartialObjectMetadata", "n1"))
	var asked, askedNodes string
	s.answers["/api/v1/nodes"] = func(w http.ResponseWriter, r *http.Request) {
		askedNodes = r.URL.Query().Get("fieldSelector")
		asProtobuf(t, &corev1.NodeList{Items: []corev1.Node{
			{ObjectMeta: metav1.ObjectMeta{Name: "n1"}}, {ObjectMeta: metav1.ObjectMeta{Name: "n2"}},
		}})(w, r)
	}
	s.answers["/api/v1/pods"] = func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("fieldSelector")
		asProtobuf(t, podList("", 0))(w, r)
	}
	node := inventory.ObjectName{Resource: inventory.Nodes, Kind: "Node", Name: "n1"}
	inv, err := s.live().Read(context.Background(), inventory.Request{
		Scope: inventory.Scope{Objects: []inventory.ObjectName{node}}, Resources: []inventory.Resource{inventory.Nodes, inventory.Pods},
	})
	if err != nil {
		t.Fatal(err)
	}
	if asked != "spec.nodeName=n1" || askedNodes != "metadata.name=n1" || len(inv.Nodes) != 1 || len(inv.Missing) != 0 {
		t.Errorf("asked for %q and %q, nodes %d, missing %v", asked, askedNodes, len(inv.Nodes), inv.Missing)
	}
}

// A missing object is reported before anything is listed. A user who may not get
// the object may still list it.
func TestNamedObjects(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/namespaces/shop"] = answer(200, namespaceObject("PartialObjectMetadata", "shop"))
	s.answers["/api/v1/namespaces/shop/pods"] = asProtobuf(t, podList("", 0, pod("cart"), pod("web")))
	req := inventory.Request{Scope: scopeOf("shop"), Resources: []inventory.Resource{inventory.Pods}}
	req.Scope.Objects = []inventory.ObjectName{{Resource: inventory.Pods, Kind: "Pod", Name: "cart"}}

	s.answers["/api/v1/namespaces/shop/pods/cart"] = notFound("cart")
	if _, err := s.live().Read(context.Background(), req); !apierrors.IsNotFound(err) {
		t.Errorf("error is %v", err)
	}
	if slices.Contains(s.requests, "GET /api/v1/namespaces/shop/pods") {
		t.Errorf("listed: %q", s.requests)
	}

	s.answers["/api/v1/namespaces/shop/pods/cart"] = failure(403, metav1.StatusReasonForbidden)
	inv, err := s.live().Read(context.Background(), req)
	if err != nil || len(inv.Workloads) != 1 || inv.Workloads[0].Name != "cart" || len(inv.Missing) != 0 {
		t.Errorf("%v: %+v", err, inv)
	}

	s.answers["/api/v1/namespaces/shop/pods"] = asProtobuf(t, podList("", 0, pod("web")))
	if inv, err = s.live().Read(context.Background(), req); err != nil || len(inv.Missing) != 1 {
		t.Errorf("%v: %+v", err, inv)
	}
}
