package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/resource"
	"sigs.k8s.io/yaml"
)

// serverTime is the API server's clock.
const serverTime = "Sat, 21 Nov 2026 12:00:00 GMT"

// plurals are the lists that the server has, by plural.
var plurals = map[string]string{
	"nodes": "Node", "namespaces": "Namespace", "pods": "Pod", "services": "Service", "events": "Event",
	"limitranges": "LimitRange", "resourcequotas": "ResourceQuota", "replicationcontrollers": "ReplicationController",
	"deployments": "Deployment", "replicasets": "ReplicaSet", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet",
	"jobs": "Job", "cronjobs": "CronJob", "poddisruptionbudgets": "PodDisruptionBudget",
	"horizontalpodautoscalers": "HorizontalPodAutoscaler", "endpointslices": "EndpointSlice",
	"configmaps": "ConfigMap", "secrets": "Secret", "ingresses": "Ingress", "ingressclasses": "IngressClass",
}

// apiServer answers as a Kubernetes API server would, or fails as a test wants.
type apiServer struct {
	*httptest.Server
	objects []*unstructured.Unstructured
	// faults contains an HTTP status or "stall" by plural. "version" means
	// /version, "pods/log" and "nodes/proxy" mean these subresources, and "*" means
	// everything.
	faults map[string]string
	// token, if set, is the only token that the server accepts.
	token   string
	closed  chan struct{}
	release sync.Once

	mu       sync.Mutex
	requests []string
	arrived  *sync.Cond
	// news are the changes that watches of each plural report.
	news map[string]chan map[string]any
}

// startAPIServer serves the objects in a file.
func startAPIServer(file string, faults map[string]string) (*apiServer, error) {
	s, err := newAPIServer(file, faults)
	s.Start()
	return s, err
}

func newAPIServer(file string, faults map[string]string) (*apiServer, error) {
	s := &apiServer{faults: faults, closed: make(chan struct{}), news: map[string]chan map[string]any{}}
	for plural := range plurals {
		s.news[plural] = make(chan map[string]any)
	}
	s.arrived = sync.NewCond(&s.mu)
	err := resource.NewLocalBuilder().Unstructured().Flatten().
		FilenameParam(false, &resource.FilenameOptions{Filenames: []string{file}}).
		Do().Visit(func(info *resource.Info, err error) error {
		if err == nil {
			s.objects = append(s.objects, info.Object.(*unstructured.Unstructured))
		}
		return err
	})
	s.Server = httptest.NewUnstartedServer(s)
	return s, err
}

func (s *apiServer) stop() {
	s.endStalls()
	s.Close()
}

// endStalls ends all stalls with the answer that nothing is there.
func (s *apiServer) endStalls() { s.release.Do(func() { close(s.closed) }) }

// await waits until a resource is requested.
func (s *apiServer) await(plural string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !slices.Contains(s.requests, plural) {
		s.arrived.Wait()
	}
}

func (s *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", serverTime)
	plural, namespace, name := parse(r.URL.Path)
	s.mu.Lock()
	s.requests = append(s.requests, plural)
	s.arrived.Broadcast()
	s.mu.Unlock()
	if s.token != "" && r.Header.Get("Authorization") != "Bearer "+s.token {
		fail(w, "401", plural)
		return
	}
	for _, faulty := range []string{plural, "*"} {
		switch fault := s.faults[faulty]; fault {
		case "":
		case "stall":
			select {
			case <-r.Context().Done():
			case <-s.closed:
			}
			fail(w, "404", plural)
			return
		default:
			fail(w, fault, plural)
			return
		}
	}
	switch {
	case plural == "version":
		answer(w, http.StatusOK, map[string]any{"major": "1", "minor": "36", "gitVersion": "v1.36.3"})
	case plural == "pods/log":
		s.log(w, namespace, name)
	case plural == "nodes/proxy":
		s.summary(w, name)
	case plurals[plural] == "":
		fail(w, "404", plural)
	case name != "":
		s.get(w, plural, namespace, name)
	case r.URL.Query().Has("watch"):
		s.watch(w, r, plural)
	default:
		s.list(w, r, plural, namespace)
	}
}

// parse reads /api/v1/..., /apis/GROUP/VERSION/... and /version.
func parse(path string) (plural, namespace, name string) {
	words := strings.Split(strings.Trim(path, "/"), "/")
	switch words[0] {
	case "api":
		words = words[2:]
	case "apis":
		words = words[min(3, len(words)):]
	}
	if len(words) == 0 {
		// The versions of a group are requested only after a list failed.
		return "", "", ""
	}
	if words[0] == "namespaces" && len(words) > 2 {
		namespace, words = words[1], words[2:]
	}
	plural = words[0]
	if len(words) > 1 {
		name = words[1]
	}
	if len(words) > 2 {
		plural += "/" + words[2]
	}
	return plural, namespace, name
}

// Annotations tell this fake kubelet what it knows about a pod: what its
// container has printed, and how many bytes it has written.
const (
	printedAnnotation = "kubelet/printed"
	writtenAnnotation = "kubelet/written"
)

func (s *apiServer) log(w http.ResponseWriter, namespace, pod string) {
	for _, o := range s.objects {
		if o.GetKind() == "Pod" && o.GetName() == pod && o.GetNamespace() == namespace {
			fmt.Fprint(w, o.GetAnnotations()[printedAnnotation])
			return
		}
	}
	fail(w, "404", "pods")
}

// summary answers with a kubelet's report about the containers that are named
// app.
func (s *apiServer) summary(w http.ResponseWriter, node string) {
	pods := []any{}
	for _, o := range s.objects {
		on, _, _ := unstructured.NestedString(o.Object, "spec", "nodeName")
		if o.GetKind() != "Pod" || on != node {
			continue
		}
		written, _ := strconv.Atoi(o.GetAnnotations()[writtenAnnotation])
		pods = append(pods, map[string]any{
			"podRef":     map[string]any{"uid": o.GetUID()},
			"containers": []any{map[string]any{"name": "app", "rootfs": map[string]any{"usedBytes": written}}},
		})
	}
	answer(w, http.StatusOK, map[string]any{"pods": pods})
}

func (s *apiServer) get(w http.ResponseWriter, plural, namespace, name string) {
	for _, o := range append(slices.Clip(s.objects), s.implied(plural, name)...) {
		if o.GetKind() == plurals[plural] && o.GetName() == name && o.GetNamespace() == namespace {
			meta := o.Object["metadata"].(map[string]any)
			answer(w, http.StatusOK, map[string]any{"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": meta})
			return
		}
	}
	answer(w, http.StatusNotFound, metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: "Failure", Code: http.StatusNotFound,
		Reason: metav1.StatusReasonNotFound, Message: fmt.Sprintf("%s %q not found", plural, name),
	})
}

// implied returns a namespace for which there is no object: it exists if
// anything is in it.
func (s *apiServer) implied(plural, name string) []*unstructured.Unstructured {
	if plural != "namespaces" || !slices.ContainsFunc(s.objects, func(o *unstructured.Unstructured) bool { return o.GetNamespace() == name }) {
		return nil
	}
	namespace := &unstructured.Unstructured{Object: map[string]any{"kind": "Namespace"}}
	namespace.SetName(name)
	return []*unstructured.Unstructured{namespace}
}

func (s *apiServer) list(w http.ResponseWriter, r *http.Request, plural, namespace string) {
	items := []any{}
	list := map[string]any{"apiVersion": "v1", "kind": plurals[plural] + "List"}
	if group := strings.Split(r.URL.Path, "/"); group[1] == "apis" {
		list["apiVersion"] = group[2] + "/" + group[3]
	}
	metadataOnly := strings.Contains(r.Header.Get("Accept"), "as=PartialObjectMetadataList")
	if metadataOnly {
		list["apiVersion"], list["kind"] = "meta.k8s.io/v1", "PartialObjectMetadataList"
	}
	for _, o := range s.objects {
		if o.GetKind() != plurals[plural] || namespace != "" && o.GetNamespace() != namespace {
			continue
		}
		item := o.Object
		if metadataOnly {
			item = map[string]any{"metadata": o.Object["metadata"]}
		}
		items = append(items, item)
	}
	meta := map[string]any{"resourceVersion": "1"}
	from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	items = items[from:]
	if limit, _ := strconv.Atoi(r.URL.Query().Get("limit")); limit > 0 && limit < len(items) {
		meta["continue"], meta["remainingItemCount"] = strconv.Itoa(from+limit), len(items)-limit
		items = items[:limit]
	}
	list["metadata"], list["items"] = meta, items
	answer(w, http.StatusOK, list)
}

// happen reports a change to the watch of a plural, for which it waits.
func (s *apiServer) happen(plural, what, object string) {
	var o map[string]any
	if err := yaml.Unmarshal([]byte(object), &o); err != nil {
		panic(err)
	}
	o["metadata"].(map[string]any)["resourceVersion"] = "2"
	s.news[plural] <- map[string]any{"type": what, "object": o}
}

func (s *apiServer) watch(w http.ResponseWriter, r *http.Request, plural string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush()
	for {
		select {
		case event := <-s.news[plural]:
			_ = json.NewEncoder(w).Encode(event)
			_ = http.NewResponseController(w).Flush()
		case <-r.Context().Done():
			return
		case <-s.closed:
			return
		}
	}
}

func fail(w http.ResponseWriter, status, plural string) {
	code, _ := strconv.Atoi(status)
	reasons := map[int]metav1.StatusReason{
		400: metav1.StatusReasonBadRequest,
		401: metav1.StatusReasonUnauthorized, 403: metav1.StatusReasonForbidden,
		404: metav1.StatusReasonNotFound, 500: metav1.StatusReasonInternalError,
	}
	messages := map[int]string{
		400: "\x1b[2J\nerror: forged",
		401: "Unauthorized", 403: plural + ` is forbidden: User "jane" cannot list resource "` + plural + `"`,
		404: "the server could not find the requested resource", 500: "etcd is sad",
	}
	answer(w, code, metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
		Status:   "Failure", Code: int32(code), Reason: reasons[code], Message: messages[code],
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// kubeconfig has a context "test" for the server, with a default namespace.
func kubeconfig(server string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: test
contexts:
- {name: test, context: {cluster: test, user: jane, namespace: shop}}
- {name: other, context: {cluster: test, user: jane}}
clusters:
- {name: test, cluster: {server: %q}}
users:
- {name: jane, user: {token: secret}}
`, server)
}

// useAPIServer starts a server for a test in Go and makes its kubeconfig the
// current one.
func useAPIServer(t *testing.T, objects string, faults map[string]string) *apiServer {
	t.Helper()
	dir := t.TempDir()
	file := dir + "/objects.yaml"
	writeFile(t, file, objects)
	s, err := startAPIServer(file, faults)
	t.Cleanup(s.stop)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir+"/kubeconfig", kubeconfig(s.URL))
	t.Setenv("KUBECONFIG", dir+"/kubeconfig")
	return s
}
