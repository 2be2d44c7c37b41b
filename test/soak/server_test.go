package soak

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// remembered limits the time for which the server knows changes, as compactions of etcd
// do.
const remembered = 5 * time.Minute

// server is an API server in memory, without a network: a bubble of synctest passes its
// time in no time.
type server struct {
	mu      sync.Mutex
	version int
	// objects are encoded, by the path of their list and by namespace and name.
	objects map[string]map[string]json.RawMessage
	changes []change
	// latest is the time of the last change.
	latest time.Time
	// forgotten is the version up to which changes are no longer known.
	forgotten int
	// changed is closed by the next change, restarted by the next restart.
	changed, restarted chan struct{}
	down               bool
	// refusals counts the answers to come that refuse a watch.
	refusals int
	// silences counts the watches to come on which nothing is sent.
	silences int
}

type change struct {
	version int
	at      time.Time
	list    string
	what    string
	json    json.RawMessage
}

func newServer() *server {
	return &server{version: 1, objects: map[string]map[string]json.RawMessage{}, changed: make(chan struct{}), restarted: make(chan struct{})}
}

// lists contains the lists of the server, by path.
var lists = map[string]metav1.TypeMeta{
	"/api/v1/namespaces":                       {APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
	"/apis/apps/v1/replicasets":                {APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"},
	"/api/v1/nodes":                            {APIVersion: "v1", Kind: "NodeList"},
	"/api/v1/pods":                             {APIVersion: "v1", Kind: "PodList"},
	"/api/v1/services":                         {APIVersion: "v1", Kind: "ServiceList"},
	"/api/v1/events":                           {APIVersion: "v1", Kind: "EventList"},
	"/api/v1/replicationcontrollers":           {APIVersion: "v1", Kind: "ReplicationControllerList"},
	"/apis/apps/v1/deployments":                {APIVersion: "apps/v1", Kind: "DeploymentList"},
	"/apis/apps/v1/statefulsets":               {APIVersion: "apps/v1", Kind: "StatefulSetList"},
	"/apis/apps/v1/daemonsets":                 {APIVersion: "apps/v1", Kind: "DaemonSetList"},
	"/apis/batch/v1/jobs":                      {APIVersion: "batch/v1", Kind: "JobList"},
	"/apis/batch/v1/cronjobs":                  {APIVersion: "batch/v1", Kind: "CronJobList"},
	"/apis/discovery.k8s.io/v1/endpointslices": {APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSliceList"},
}

// put creates or replaces an object of a list.
func (s *server) put(list string, obj metav1.Object) { s.write(list, obj, false) }

// remove deletes an object of a list.
func (s *server) remove(list string, obj metav1.Object) { s.write(list, obj, true) }

func (s *server) write(list string, obj metav1.Object, remove bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	obj.SetResourceVersion(strconv.Itoa(s.version))
	encoded, err := json.Marshal(obj)
	if err != nil {
		panic(err)
	}
	key, what := obj.GetNamespace()+"/"+obj.GetName(), "MODIFIED"
	if s.objects[list] == nil {
		s.objects[list] = map[string]json.RawMessage{}
	}
	if s.objects[list][key] == nil {
		what = "ADDED"
	}
	if s.objects[list][key] = encoded; remove {
		what = "DELETED"
		delete(s.objects[list], key)
	}
	now := time.Now()
	s.latest = now
	s.changes = append(s.changes, change{s.version, now, list, what, encoded})
	for now.Sub(s.changes[0].at) > remembered {
		s.forgotten = s.changes[0].version
		s.changes = s.changes[1:]
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// restart ends all watches, and answers nothing for some time.
func (s *server) restart(d time.Duration) {
	s.mu.Lock()
	s.down = true
	close(s.restarted)
	s.restarted = make(chan struct{})
	s.mu.Unlock()
	time.Sleep(d)
	s.mu.Lock()
	s.down = false
	s.mu.Unlock()
}

// refuse refuses the next watches, and leaves others without an answer.
func (s *server) refuse(watches, silent int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals, s.silences = watches, silent
}

// quietFor returns the time since the last change.
func (s *server) quietFor() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.latest)
}

// RoundTrip answers a request.
func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, fmt.Errorf("dial: %w", syscall.ECONNREFUSED)
	}
	query := r.URL.Query()
	switch {
	case r.URL.Path == "/version":
		return answer(http.StatusOK, map[string]string{"gitVersion": "v1.36.3"}), nil
	case r.URL.Path == "/apis":
		return answer(http.StatusOK, metav1.APIGroupList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroupList"}}), nil
	case query.Get("watch") == "true":
		return s.watch(r.Context(), r.URL.Path, query.Get("resourceVersion"), query.Get("timeoutSeconds")), nil
	}
	list, known := lists[r.URL.Path]
	if !known {
		return failure(http.StatusNotFound, metav1.StatusReasonNotFound), nil
	}
	items := slices.AppendSeq([]json.RawMessage{}, maps.Values(s.objects[r.URL.Path]))
	return answer(http.StatusOK, map[string]any{
		"apiVersion": list.APIVersion, "kind": list.Kind, "metadata": map[string]string{"resourceVersion": strconv.Itoa(s.version)}, "items": items,
	}), nil
}

// watch opens a stream of changes. The server is locked.
func (s *server) watch(ctx context.Context, list, from, timeout string) *http.Response {
	version, err := strconv.Atoi(from)
	if err != nil {
		return failure(http.StatusBadRequest, metav1.StatusReasonBadRequest)
	}
	if s.refusals > 0 {
		s.refusals--
		return failure(http.StatusTooManyRequests, metav1.StatusReasonTooManyRequests)
	}
	seconds, _ := strconv.Atoi(timeout)
	reader, writer := io.Pipe()
	silent := s.silences > 0
	if silent {
		s.silences--
	}
	go func() {
		writer.CloseWithError(s.stream(ctx, writer, list, version, time.Duration(seconds)*time.Second, silent))
	}()
	return &http.Response{StatusCode: http.StatusOK, Header: header(), Body: reader}
}

// stream sends the changes after a version until the time is over.
func (s *server) stream(ctx context.Context, out io.Writer, list string, version int, d time.Duration, silent bool) error {
	end := time.NewTimer(d)
	defer end.Stop()
	s.mu.Lock()
	restarted := s.restarted
	s.mu.Unlock()
	if silent {
		<-ctx.Done()
		return ctx.Err()
	}
	send := func(what string, object any) error {
		return json.NewEncoder(out).Encode(map[string]any{"type": what, "object": object})
	}
	for {
		s.mu.Lock()
		news, latest, forgotten, changed := s.since(list, version), s.version, s.forgotten, s.changed
		s.mu.Unlock()
		if version < forgotten {
			return send("ERROR", status(http.StatusGone, metav1.StatusReasonExpired))
		}
		for _, c := range news {
			if err := send(c.what, c.json); err != nil {
				return err
			}
		}
		version = latest
		select {
		case <-changed:
		case <-restarted:
			return syscall.ECONNRESET
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			if strings.HasSuffix(list, "/events") {
				// The server has no bookmarks for them.
				return nil
			}
			of := lists[list]
			return send("BOOKMARK", map[string]any{
				"apiVersion": of.APIVersion, "kind": strings.TrimSuffix(of.Kind, "List"),
				"metadata": map[string]string{"resourceVersion": strconv.Itoa(latest)},
			})
		}
	}
}

// since returns the changes of a list after a version.
func (s *server) since(list string, version int) []change {
	var news []change
	for _, c := range s.changes {
		if c.version > version && c.list == list {
			news = append(news, c)
		}
	}
	return news
}

func status(code int, reason metav1.StatusReason) metav1.Status {
	return metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure,
		Code: int32(code), Reason: reason, Message: string(reason),
	}
}

func failure(code int, reason metav1.StatusReason) *http.Response {
	return answer(code, status(code, reason))
}

func answer(code int, body any) *http.Response {
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return &http.Response{StatusCode: code, Header: header(), Body: io.NopCloser(bytes.NewReader(encoded))}
}

func header() http.Header {
	return http.Header{"Content-Type": {"application/json"}, "Date": {time.Now().UTC().Format(http.TimeFormat)}}
}
