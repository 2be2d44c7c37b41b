package live

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// events answers with a page of Warnings about a pod.
func events(next string, names ...string) http.HandlerFunc {
	list := &corev1.EventList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "EventList"}}
	list.Continue = next
	for _, name := range names {
		list.Items = append(list.Items, corev1.Event{
			ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop"}, Type: corev1.EventTypeWarning, Reason: "Unhealthy",
			InvolvedObject: corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: "a"},
		})
	}
	return answer(200, list)
}

// The list of events ends where its budget does, and no other list does.
func TestEventBudget(t *testing.T) {
	for name, test := range map[string]struct {
		budget Budget
		state  inventory.State
		items  int
	}{
		"less than there are":    {Budget{Objects: 3}, inventory.Partial, 4},
		"one page":               {Budget{Objects: 1}, inventory.Partial, 2},
		"as many as there are":   {Budget{Objects: 5}, inventory.Complete, 5},
		"spent by the last page": {Budget{Objects: 5, Time: time.Hour}, inventory.Complete, 5},
		"all":                    {Budget{}, inventory.Complete, 5},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers["/api/v1/events"] = events("t1", "1", "2")
			s.answers["/api/v1/events?continue=t1"] = events("t2", "3", "4")
			s.answers["/api/v1/events?continue=t2"] = events("", "5")
			s.answers["/api/v1/pods"] = answer(200, podList("t1", 0, pod("a"), pod("b")))
			s.answers["/api/v1/pods?continue=t1"] = answer(200, podList("t2", 0, pod("c"), pod("d")))
			s.answers["/api/v1/pods?continue=t2"] = answer(200, podList("", 0, pod("e"), pod("f")))
			live := s.live()
			live.EventBudget = test.budget
			inv, err := live.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Pods, inventory.Events}})
			if err != nil {
				t.Fatal(err)
			}
			got := inv.Read(inventory.Events)
			if got.State != test.state || got.Items != test.items || len(inv.EventsOf(&inventory.Object{Kind: "Pod", Namespace: "shop", Name: "a"})) != test.items {
				t.Errorf("events: %+v", got)
			}
			if over := got.Reason == "over budget" && strings.Contains(got.Detail, "budget for events"); over != (test.state == inventory.Partial) {
				t.Errorf("reason %q, detail %q", got.Reason, got.Detail)
			}
			if !inv.CompleteIn("", inventory.Pods) || inv.PodCount() != 6 {
				t.Errorf("pods: %+v", inv.Read(inventory.Pods))
			}
		})
	}
}

// All namespaces share one budget, and a namespace that it leaves out is named.
func TestEventBudgetByNamespace(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/events"] = failure(403, metav1.StatusReasonForbidden)
	s.answers["/api/v1/namespaces"] = answer(200, &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items: []metav1.PartialObjectMetadata{
			{ObjectMeta: metav1.ObjectMeta{Name: "a"}}, {ObjectMeta: metav1.ObjectMeta{Name: "b"}}, {ObjectMeta: metav1.ObjectMeta{Name: "c"}},
		},
	})
	s.answers["/api/v1/namespaces/a/events"] = events("t1", "1", "2")
	s.answers["/api/v1/namespaces/a/events?continue=t1"] = events("", "3")
	s.answers["/api/v1/namespaces/b/events"] = events("t1", "4", "5")
	s.answers["/api/v1/namespaces/b/events?continue=t1"] = events("", "6")
	live := s.live()
	live.EventBudget = Budget{Objects: 5}
	inv, err := live.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Events}})
	if err != nil {
		t.Fatal(err)
	}
	got := inv.Read(inventory.Events)
	if got.State != inventory.Partial || got.Items != 5 || got.Reason != "over budget" || len(got.Gaps) != 2 {
		t.Fatalf("%+v", got)
	}
	if b, c := got.Gaps[0], got.Gaps[1]; b.Namespace != "b" || !b.Partial || c.Namespace != "c" || c.Partial {
		t.Errorf("%+v", got.Gaps)
	}
	if slices.Contains(s.requests, "GET /api/v1/namespaces/c/events") {
		t.Errorf("asked for more: %q", s.requests)
	}
}

// A server that is slow with its events delays nobody for long.
func TestEventBudgetOfTime(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/events"] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	s.answers["/api/v1/pods"] = answer(200, podList("", 0, pod("a")))
	live := s.live()
	live.EventBudget = Budget{Time: time.Millisecond}
	inv, err := live.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Pods, inventory.Events}})
	if err != nil {
		t.Fatal(err)
	}
	if got := inv.Read(inventory.Events); got.State != inventory.Unreadable || got.Reason != "over budget" || !inv.CompleteIn("", inventory.Pods) {
		t.Errorf("%+v", inv.Reads)
	}
}

// The end of the whole time is not the end of the budget.
func TestEventBudgetOutlivesTheRun(t *testing.T) {
	s := newServer(t)
	asked := make(chan struct{})
	s.answers["/api/v1/events"] = func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	}
	live := s.live()
	live.EventBudget = Budget{Time: time.Hour}
	inv, err := live.Read(outOfTime{context.Background(), asked}, inventory.Request{Resources: []inventory.Resource{inventory.Events}})
	if err != nil {
		t.Fatal(err)
	}
	if got := inv.Read(inventory.Events); got.Reason != "timed out" {
		t.Errorf("%+v", got)
	}
}
