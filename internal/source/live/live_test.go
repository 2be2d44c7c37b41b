package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// server answers GETs by path and query, as a test prepared.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
	answers  map[string]http.HandlerFunc
}

func newServer(t *testing.T) *server {
	s := &server{answers: map[string]http.HandlerFunc{
		"/version": answer(200, map[string]string{"gitVersion": "v1.36.3"}),
	}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.URL.Path
		if token := r.URL.Query().Get("continue"); token != "" {
			key += "?continue=" + token
		}
		s.mu.Lock()
		s.requests = append(s.requests, r.Method+" "+key)
		handle, found := s.answers[key]
		s.mu.Unlock()
		if !found {
			handle = failure(404, metav1.StatusReasonNotFound)
		}
		w.Header().Set("Date", serverTime.Format(http.TimeFormat))
		handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// serverTime is an hour ahead of the local clock.
var (
	serverTime = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	localTime  = serverTime.Add(-time.Hour)
)

func (s *server) live() *Source {
	return &Source{
		Name: "test", Config: &rest.Config{Host: s.URL}, ChunkSize: 2,
		Now: func() time.Time { return localTime },
	}
}

func (s *server) read(resources ...inventory.Resource) (*inventory.Inventory, error) {
	return s.live().Read(context.Background(), inventory.Request{Resources: resources, ConfirmOwners: true})
}

func answer(code int, body any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(body)
	}
}

func failure(code int32, reason metav1.StatusReason) http.HandlerFunc {
	return answer(int(code), metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
		Status:   metav1.StatusFailure, Code: code, Reason: reason, Message: "no: " + string(reason),
	})
}

// notFound is an API server's response for a name that it does not have.
func notFound(name string) http.HandlerFunc {
	status := apierrors.NewNotFound(schema.GroupResource{}, name).Status()
	status.APIVersion, status.Kind = "v1", "Status"
	return answer(404, status)
}

func podList(next string, remaining int64, pods ...corev1.Pod) *corev1.PodList {
	list := &corev1.PodList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"}, Items: pods}
	list.Continue = next
	if remaining > 0 {
		list.RemainingItemCount = &remaining
	}
	return list
}

func pod(name string, owner ...metav1.OwnerReference) corev1.Pod {
	return corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop", UID: types.UID("uid-" + name), OwnerReferences: owner},
		Spec: corev1.PodSpec{Containers: []corev1.Container{
			{Name: "app", Env: []corev1.EnvVar{{Name: "PASSWORD", Value: "hunter2"}}},
		}},
	}
}

func asProtobuf(t *testing.T, obj runtime.Object) http.HandlerFunc {
	var body bytes.Buffer
	if err := protobuf.NewSerializer(kinds.Scheme, kinds.Scheme).Encode(obj, &body); err != nil {
		t.Fatal(err)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if accept := r.Header.Get("Accept"); !strings.HasPrefix(accept, "application/vnd.kubernetes.protobuf") {
			t.Errorf("accepts %q", accept)
		}
		w.Header().Set("Content-Type", "application/vnd.kubernetes.protobuf")
		_, _ = w.Write(body.Bytes())
	}
}

func TestLivePages(t *testing.T) {
	for name, encode := range map[string]func(runtime.Object) http.HandlerFunc{
		"protobuf": func(o runtime.Object) http.HandlerFunc { return asProtobuf(t, o) },
		"JSON":     func(o runtime.Object) http.HandlerFunc { return answer(200, o) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers["/api/v1/pods"] = encode(podList("t1", 3, pod("a"), pod("b")))
			s.answers["/api/v1/pods?continue=t1"] = encode(podList("t2", 1, pod("c"), pod("d")))
			s.answers["/api/v1/pods?continue=t2"] = encode(podList("", 0, pod("e")))
			live := s.live()
			var progress []string
			live.Progress = func(r inventory.Resource, items int, remaining int64) {
				progress = append(progress, fmt.Sprint(r, items, remaining))
			}
			inv, err := live.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Pods}})
			if err != nil {
				t.Fatal(err)
			}
			if got := inv.Read(inventory.Pods); got.State != inventory.Complete || got.Items != 5 || inv.PodCount() != 5 {
				t.Errorf("read %+v, %d pods", got, inv.PodCount())
			}
			if want := []string{"pods2 3", "pods4 1", "pods5 0"}; !slices.Equal(progress, want) {
				t.Errorf("progress %q, want %q", progress, want)
			}
			if inv.Version != "v1.36.3" || !inv.Time.Equal(serverTime) {
				t.Errorf("version %q, time %v, the server's clock says %v", inv.Version, inv.Time, serverTime)
			}
			for _, request := range s.requests {
				if !strings.HasPrefix(request, "GET ") {
					t.Errorf("sent %s", request)
				}
			}
		})
	}
}

func TestLiveFailures(t *testing.T) {
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.kubernetes.protobuf")
		_, _ = w.Write([]byte("k8s\x00\x0a\xff\x01half a list"))
	}
	reset := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		w.WriteHeader(200)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	for name, test := range map[string]struct {
		second http.HandlerFunc
		reason string
	}{
		"forbidden":          {failure(403, metav1.StatusReasonForbidden), "forbidden"},
		"not served":         {failure(404, metav1.StatusReasonNotFound), "not served"},
		"server error":       {failure(500, metav1.StatusReasonInternalError), "server error"},
		"unavailable":        {failure(503, metav1.StatusReasonServiceUnavailable), "unavailable"},
		"throttled":          {failure(429, metav1.StatusReasonTooManyRequests), "throttled"},
		"truncated protobuf": {cut, "invalid answer"},
		"reset":              {reset, "connection lost"},
		"expired":            {failure(410, metav1.StatusReasonExpired), "expired"},
		"unheard of":         {failure(418, "Teapot"), "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			s.answers["/api/v1/services"] = test.second
			s.answers["/api/v1/pods"] = answer(200, podList("t1", 7, pod("a"), pod("b")))
			s.answers["/api/v1/pods?continue=t1"] = test.second
			inv, err := s.read(inventory.Services, inventory.Pods)
			if err != nil {
				t.Fatal(err)
			}
			if got := inv.Read(inventory.Services); got.State != inventory.Unreadable || got.Reason != test.reason || got.Detail == "" {
				t.Errorf("services: %+v", got)
			}
			got := inv.Read(inventory.Pods)
			if got.State != inventory.Partial || got.Items != 2 || got.Remaining != 7 || got.Reason != test.reason {
				t.Errorf("pods: %+v", got)
			}
			if share := got.Share(); share < 0.2 || share > 0.25 {
				t.Errorf("share %v", share)
			}
		})
	}
}

// After a failure that may be accidental, the request is repeated, but only
// once.
func TestLiveTriesAgain(t *testing.T) {
	reset := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	cut := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("k8s\x00\x0a\xff\x01half a list")) }
	for name, test := range map[string]struct {
		first http.HandlerFunc
		again bool
	}{
		"reset":              {reset, true},
		"truncated protobuf": {cut, true},
		"server error":       {failure(500, metav1.StatusReasonInternalError), true},
		"unavailable":        {failure(503, metav1.StatusReasonServiceUnavailable), true},
		"throttled":          {failure(429, metav1.StatusReasonTooManyRequests), true},
		"forbidden":          {failure(403, metav1.StatusReasonForbidden), false},
		"not served":         {failure(404, metav1.StatusReasonNotFound), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			var failed atomic.Bool
			s.answers["/api/v1/pods"] = answer(200, podList("t1", 1, pod("a"), pod("b")))
			s.answers["/api/v1/pods?continue=t1"] = func(w http.ResponseWriter, r *http.Request) {
				if !failed.Swap(true) {
					test.first(w, r)
					return
				}
				answer(200, podList("", 0, pod("c")))(w, r)
			}
			inv, err := s.read(inventory.Pods)
			if err != nil {
				t.Fatal(err)
			}
			if got := inv.Read(inventory.Pods); (got.State == inventory.Complete) != test.again || (inv.PodCount() == 3) != test.again {
				t.Errorf("%+v, %d pods", got, inv.PodCount())
			}
		})
	}
}

// If a server says when to come back, the request is repeated within its time
// limit.
func TestLiveComesBackInTime(t *testing.T) {
	for name, test := range map[string]struct {
		after string
		want  inventory.State
	}{
		"soon":  {"0", inventory.Complete},
		"later": {"3600", inventory.Unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			var busy atomic.Bool
			s.answers["/api/v1/pods"] = func(w http.ResponseWriter, r *http.Request) {
				if !busy.Swap(true) {
					w.Header().Set("Retry-After", test.after)
					failure(429, metav1.StatusReasonTooManyRequests)(w, r)
					return
				}
				answer(200, podList("", 0, pod("a")))(w, r)
			}
			live := s.live()
			live.Config.Timeout = time.Second
			inv, err := live.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Pods}})
			if err != nil {
				t.Fatal(err)
			}
			if got := inv.Read(inventory.Pods); got.State != test.want {
				t.Errorf("%+v", got)
			}
		})
	}
}

// A page that never comes ends its own list and no other.
func TestLiveStalledPage(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/services"] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	s.answers["/api/v1/pods"] = answer(200, podList("", 0, pod("a")))
	live := s.live()
	live.Config.Timeout = time.Second
	inv, err := live.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Services, inventory.Pods}})
	if err != nil {
		t.Fatal(err)
	}
	if got := inv.Read(inventory.Services); got.State != inventory.Unreadable || got.Reason != "timed out" {
		t.Errorf("services: %+v", got)
	}
	if got := inv.Read(inventory.Pods); got.State != inventory.Complete {
		t.Errorf("pods: %+v", got)
	}
}

// A user who may not list in all namespaces at once may still list in some.
func TestLiveNamespaceByNamespace(t *testing.T) {
	const other, shop, void = "/api/v1/namespaces/other/pods", "/api/v1/namespaces/shop/pods", "/api/v1/namespaces/void/pods"
	denied := failure(403, metav1.StatusReasonForbidden)
	one, none := answer(200, podList("", 0, pod("a"))), answer(200, podList("", 0))
	namespaces := answer(200, &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items: []metav1.PartialObjectMetadata{
			{ObjectMeta: metav1.ObjectMeta{Name: "other"}}, {ObjectMeta: metav1.ObjectMeta{Name: "shop"}},
			{ObjectMeta: metav1.ObjectMeta{Name: "void"}},
		},
	})
	expired := failure(410, metav1.StatusReasonExpired)
	gap := inventory.Gap{Namespace: "other", Reason: "forbidden", Detail: "no: Forbidden"}
	refused := inventory.Read{State: inventory.Unreadable, Reason: "forbidden", Detail: "no: Forbidden"}
	for name, test := range map[string]struct {
		namespaces, shop, other http.HandlerFunc
		want                    inventory.Read
		share                   float64
	}{
		"some of them": {namespaces, one, denied,
			inventory.Read{State: inventory.Partial, Items: 1, Reason: "forbidden", Namespaces: 3, Gaps: []inventory.Gap{gap}}, 2. / 3},
		"each of them": {namespaces, one, none, inventory.Read{State: inventory.Complete, Items: 1, Namespaces: 3}, 1},
		"one without any": {namespaces, none, denied,
			inventory.Read{State: inventory.Partial, Reason: "forbidden", Namespaces: 3, Gaps: []inventory.Gap{gap}}, 2. / 3},
		"they are not to know":  {denied, one, one, refused, 0},
		"they cannot be listed": {expired, one, one, refused, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers["/api/v1/pods"] = denied
			s.answers["/api/v1/namespaces"] = test.namespaces
			s.answers[shop], s.answers[other], s.answers[void] = test.shop, test.other, none
			inv, err := s.read(inventory.Pods)
			if err != nil {
				t.Fatal(err)
			}
			test.want.Resource = inventory.Pods
			if diff := cmp.Diff(test.want, inv.Read(inventory.Pods)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if share := inv.Read(inventory.Pods).Share(); inv.PodCount() != test.want.Items || share != test.share {
				t.Errorf("%d pods, share %v", inv.PodCount(), share)
			}
		})
	}
}

// Namespaces are listed once, and only when they are needed.
func TestLiveListsNamespacesOnce(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/api/v1/services", "/api/v1/pods", "/api/v1/events", "/api/v1/nodes"} {
		s.answers[path] = failure(403, metav1.StatusReasonForbidden)
	}
	s.answers["/api/v1/namespaces"] = answer(200, &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items:    []metav1.PartialObjectMetadata{{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}},
	})
	for _, resource := range []inventory.Resource{inventory.Services, inventory.Pods, inventory.Events} {
		s.answers["/api/v1/namespaces/shop/"+string(resource)] = answer(200, podList("", 0))
	}
	inv, err := s.read(inventory.Nodes, inventory.Services, inventory.Pods, inventory.Events)
	if err != nil {
		t.Fatal(err)
	}
	if !inv.CompleteIn("", inventory.Services, inventory.Pods, inventory.Events) || inv.CompleteIn("", inventory.Nodes) {
		t.Errorf("%+v", inv.Reads)
	}
	times := 0
	for _, request := range s.requests {
		if request == "GET /api/v1/namespaces" {
			times++
		}
	}
	if times != 1 {
		t.Errorf("namespaces were listed %d times", times)
	}
}

// If no namespace may be read, one refusal stands for all.
func TestLiveNoNamespace(t *testing.T) {
	s := newServer(t)
	denied := failure(403, metav1.StatusReasonForbidden)
	s.answers["/api/v1/pods"], s.answers["/api/v1/namespaces/shop/pods"] = denied, denied
	s.answers["/api/v1/namespaces"] = answer(200, &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
		Items:    []metav1.PartialObjectMetadata{{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}},
	})
	inv, err := s.read(inventory.Pods)
	if err != nil {
		t.Fatal(err)
	}
	want := inventory.Read{Resource: inventory.Pods, State: inventory.Unreadable, Reason: "forbidden", Detail: "no: Forbidden"}
	if diff := cmp.Diff(want, inv.Read(inventory.Pods)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLiveExpiredListGoesOn(t *testing.T) {
	s := newServer(t)
	expired := metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure,
		Code: 410, Reason: metav1.StatusReasonExpired, ListMeta: metav1.ListMeta{Continue: "fresh"},
	}
	s.answers["/api/v1/pods"] = answer(200, podList("old", 1, pod("a"), pod("b")))
	s.answers["/api/v1/pods?continue=old"] = answer(410, expired)
	s.answers["/api/v1/pods?continue=fresh"] = answer(200, podList("", 0, pod("c")))
	inv, err := s.read(inventory.Pods)
	if err != nil {
		t.Fatal(err)
	}
	if got := inv.Read(inventory.Pods); got.State != inventory.Partial || got.Items != 3 || got.Reason != "inconsistent" {
		t.Errorf("pods: %+v", got)
	}
}

func TestLiveFatal(t *testing.T) {
	s := newServer(t)
	s.answers["/version"] = failure(401, metav1.StatusReasonUnauthorized)
	if _, err := s.read(inventory.Pods); !apierrors.IsUnauthorized(err) {
		t.Errorf("unknown user: %v", err)
	}
	s = newServer(t)
	s.answers["/api/v1/pods"] = failure(401, metav1.StatusReasonUnauthorized)
	if _, err := s.read(inventory.Pods); !apierrors.IsUnauthorized(err) {
		t.Errorf("credentials that expire on the way: %v", err)
	}
	if _, err := newServer(t).live().Read(context.Background(), inventory.Request{Scope: scopeOf("nowhere")}); !apierrors.IsNotFound(err) {
		t.Errorf("namespace that does not exist: %v", err)
	}
	s = newServer(t)
	s.Close()
	if _, err := s.read(inventory.Pods); err == nil {
		t.Error("no server: no error")
	}
}

// An interrupt ends the audit. The end of the time limit only ends the reading.
func TestLiveEnd(t *testing.T) {
	s := newServer(t)
	stalled := make(chan struct{})
	s.answers["/api/v1/pods"] = func(_ http.ResponseWriter, r *http.Request) {
		close(stalled)
		<-r.Context().Done()
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-stalled; cancel() }()
	if _, err := s.live().Read(ctx, inventory.Request{Resources: []inventory.Resource{inventory.Pods}}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}

	stalled = make(chan struct{})
	inv, err := s.live().Read(outOfTime{context.Background(), stalled}, inventory.Request{Resources: []inventory.Resource{inventory.Pods}})
	if err != nil {
		t.Fatal(err)
	}
	if got := inv.Read(inventory.Pods); got.State != inventory.Unreadable || got.Reason != "timed out" {
		t.Errorf("out of time: %+v", got)
	}
}

// outOfTime is a context whose deadline passes when a channel is closed.
type outOfTime struct {
	context.Context
	passed chan struct{}
}

func (c outOfTime) Done() <-chan struct{} { return c.passed }

func (c outOfTime) Err() error {
	select {
	case <-c.passed:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestConfirmOwners(t *testing.T) {
	controller := true
	owner := metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-1", UID: "uid-web-1", Controller: &controller}
	metadata := func(uid string, deleted bool) http.HandlerFunc {
		m := &metav1.PartialObjectMetadata{
			TypeMeta:   metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"},
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-1", UID: types.UID(uid)},
		}
		if deleted {
			m.DeletionTimestamp = &metav1.Time{Time: serverTime}
		}
		return answer(200, m)
	}
	const ownerPath, podPath = "/apis/apps/v1/namespaces/shop/replicasets/web-1", "/api/v1/namespaces/shop/pods/web-1-a"
	alive := metadata("uid-web-1-a", false)
	gone, podGone := notFound("web-1"), notFound("web-1-a")
	notServed := failure(404, metav1.StatusReasonNotFound)
	for name, test := range map[string]struct {
		owner, pod http.HandlerFunc
		// want is the state of the pod's workload, "" for no workload.
		want inventory.ExistenceState
	}{
		"gone":                     {gone, alive, inventory.Gone},
		"another of the name":      {metadata("uid-other", false), alive, inventory.Gone},
		"made in the meantime":     {metadata("uid-web-1", false), alive, inventory.Listed},
		"may not be asked for":     {failure(403, metav1.StatusReasonForbidden), alive, inventory.Unverified},
		"its API is not there":     {notServed, alive, inventory.Unverified},
		"its pod went too":         {gone, podGone, ""},
		"its pod is going":         {gone, metadata("uid-web-1-a", true), ""},
		"its pod was replaced":     {gone, metadata("uid-new", false), ""},
		"no answer about its pod":  {gone, notServed, inventory.Unverified},
		"its pod may not be asked": {gone, failure(403, metav1.StatusReasonForbidden), inventory.Unverified},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.answers["/api/v1/pods"] = answer(200, podList("", 0, pod("web-1-a", owner)))
			s.answers["/apis/apps/v1/replicasets"] = answer(200, &metav1.PartialObjectMetadataList{
				TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
			})
			s.answers[ownerPath], s.answers[podPath] = test.owner, test.pod
			inv, err := s.read(inventory.ReplicaSets, inventory.Pods)
			if err != nil {
				t.Fatal(err)
			}
			var got inventory.ExistenceState
			if len(inv.Workloads) == 1 {
				got = inv.Workloads[0].Existence.State
			}
			if got != test.want {
				t.Errorf("the owner is %q, want %q", got, test.want)
			}
		})
	}

	// Owners of a kind that was not read are not requested.
	s := newServer(t)
	s.answers["/api/v1/pods"] = answer(200, podList("", 0, pod("web-1-a", owner)))
	inv, err := s.read(inventory.Pods)
	if err != nil {
		t.Fatal(err)
	}
	if got := inv.Workloads[0].Existence.State; got != inventory.Unverified || slices.Contains(s.requests, "GET "+ownerPath) {
		t.Errorf("the owner is %q after %q", got, s.requests)
	}
}

func TestReadOnlyTransport(t *testing.T) {
	live := newServer(t).live()
	if err := live.connect(); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		err := live.client.Verb(method).AbsPath("/api/v1/pods").Do(context.Background()).Error()
		if err == nil || !strings.Contains(err.Error(), "an audit only reads") {
			t.Errorf("%s: %v", method, err)
		}
	}
}

// A request of the first read, which is on its way while the second begins, gives back its
// own place and no other.
func TestASourceConnectsOnce(t *testing.T) {
	live := newServer(t).live()
	if err := live.connect(); err != nil {
		t.Fatal(err)
	}
	requests, client := live.requests, live.client
	if err := live.connect(); err != nil {
		t.Fatal(err)
	}
	if live.requests != requests || live.client != client {
		t.Error("it has connected again")
	}
}

// An audit of a snapshot finds what the snapshot keeps, and the snapshot keeps
// no env value.
func TestSnapshotRoundTrip(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/pods"] = answer(200, podList("", 0, pod("a"), pod("b")))
	s.answers["/api/v1/services"] = failure(403, metav1.StatusReasonForbidden)
	var file bytes.Buffer
	writer := files.NewSnapshotWriter(&file)
	live := s.live()
	live.Record = writer.Record
	taken, err := live.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Services, inventory.Pods}})
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(taken); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file.String(), "hunter2") {
		t.Error("the snapshot holds an env value")
	}
	again := filestest.MustRead(t, file.String(), func(r *inventory.Request) { r.Resources = []inventory.Resource{inventory.Services, inventory.Pods} })
	if diff := cmp.Diff(taken, again, cmp.AllowUnexported(inventory.Inventory{}), cmpopts.IgnoreUnexported(inventory.Template{}), cmpopts.IgnoreFields(inventory.Inventory{}, "Ignored", "readiness", "Events", "Owners", "Workloads", "Scope")); diff != "" {
		t.Errorf("-taken +read again:\n%s", diff)
	}
	filestest.WantNames(t, again.Workloads, filestest.Names(taken.Workloads)...)
	if env := again.Workloads[0].Templates[0].Spec.Containers[0].Env[0]; env.Name != "PASSWORD" || env.Value != "<removed>" {
		t.Errorf("env %+v", env)
	}
}

func TestSnapshotThatCannotBeWritten(t *testing.T) {
	s := newServer(t)
	s.answers["/api/v1/pods"] = answer(200, podList("", 0, pod("a")))
	live := s.live()
	full := errors.New("no space left on device")
	live.Record = func(runtime.Object) error { return full }
	if _, err := live.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Pods}}); !errors.Is(err, full) {
		t.Errorf("error is %v", err)
	}
}
