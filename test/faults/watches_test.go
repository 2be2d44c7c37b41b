//go:build integration

package faults

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// window is the time for which the faults are observed.
const window = 8 * time.Second

// watches matches the watches of a resource.
func watches(resource inventory.Resource) func(*http.Request) bool {
	all := lists(resource)
	return func(r *http.Request) bool { return all(r) && r.URL.Query().Has("watch") }
}

func anyWatch(r *http.Request) bool { return r.URL.Query().Has("watch") }

// cutAfter breaks each watch after some time.
func cutAfter(d time.Duration) fault {
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		ctx, cancel := context.WithTimeout(r.Context(), d)
		defer cancel()
		server.ServeHTTP(w, r.WithContext(ctx))
		// A watch that the server ends before that ends in order.
		if ctx.Err() != nil {
			panic(http.ErrAbortHandler)
		}
	}
}

// goneFor refuses all requests for some time after the first one, as a server
// does that restarts.
func goneFor(d time.Duration) fault {
	var until atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		until.CompareAndSwap(0, time.Now().Add(d).UnixNano())
		if time.Now().UnixNano() < until.Load() {
			panic(http.ErrAbortHandler)
		}
		server.ServeHTTP(w, r)
	}
}

// silent opens a watch and sends nothing.
func silent(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// changes run at the same time, each with a pod of its own.
func (w *world) changes(t *testing.T) {
	w.watching(t)
	w.following(t)
}

// Under every fault of a watch, each restart is counted exactly, or the report
// says when changes may have been missed.
func (w *world) watching(t *testing.T) {
	for name, test := range map[string]struct {
		match func(*http.Request) bool
		fault fault
		// missed is the reason of the gap, empty if there is none. whole is set if the
		// gap lasts all the time, uncounted if nothing was seen.
		missed           string
		whole, uncounted bool
	}{
		"harmless":             {match: anyWatch, fault: unharmed},
		"cut again and again":  {match: anyWatch, fault: cutAfter(3 * time.Second)},
		"expired":              {match: watches(inventory.Pods), fault: once(refuse(410, metav1.StatusReasonExpired)), missed: "expired"},
		"forbidden":            {match: anyWatch, fault: refuse(403, metav1.StatusReasonForbidden), missed: "forbidden", whole: true, uncounted: true},
		"not served":           {match: watches(inventory.Pods), fault: refuse(405, metav1.StatusReasonMethodNotAllowed), missed: "not served", whole: true, uncounted: true},
		"throttled once":       {match: anyWatch, fault: once(refuse(429, metav1.StatusReasonTooManyRequests, "Retry-After", "1"))},
		"throttled":            {match: watches(inventory.Pods), fault: refuse(429, metav1.StatusReasonTooManyRequests), missed: "throttled", whole: true, uncounted: true},
		"unavailable at first": {match: anyWatch, fault: once(refuse(503, metav1.StatusReasonServiceUnavailable))},
		"server error":         {match: watches(inventory.Pods), fault: refuse(500, metav1.StatusReasonInternalError), missed: "server error", whole: true, uncounted: true},
		"server restarts":      {match: anyWatch, fault: goneFor(3 * time.Second)},
		"silence":              {match: watches(inventory.Pods), fault: silent, missed: "timed out", whole: true, uncounted: true},
		"garbage":              {match: watches(inventory.Pods), fault: once(func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) { _, _ = rw.Write([]byte("<html>")) })},
		"truncated": {match: watches(inventory.Pods), fault: once(func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
			_, _ = rw.Write([]byte{0, 0, 1, 0, 'x'})
		})},
		"a frame without bound": {match: watches(inventory.Pods), fault: once(func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
			_, _ = rw.Write([]byte{255, 255, 255, 255, 'x'})
		})},
	} {
		t.Run("watching/"+name, func(t *testing.T) {
			t.Parallel()
			pod := w.restarting(t)
			p := newProxy(t, w.cluster.Config())
			ctx, cancel := context.WithTimeout(t.Context(), 2*bound)
			defer cancel()
			started := make(chan struct{})
			source := live.Source{Name: "test", Config: p.serve(t, false, test.match, test.fault), ChunkSize: 500}
			var once atomic.Bool
			source.Observing = func(time.Duration, inventory.Happened) {
				if !once.Swap(true) {
					close(started)
				}
			}
			request := audit.Request(w.checks, inventory.Scope{})
			request.Observe = window
			restarts := make(chan int, 1)
			go func() {
				<-started
				restarts <- w.restart(t, pod, window-3*time.Second)
			}()
			inv, err := source.Read(ctx, request)
			must(t, err)
			happened := <-restarts
			if counted := observedRestarts(inv, pod); counted != happened && !test.uncounted {
				t.Errorf("%d restarts counted of %d", counted, happened)
			}
			i := slices.IndexFunc(inv.Observation.Watches, func(w inventory.Watch) bool { return w.Resource == inventory.Pods })
			watched := inv.Observation.Watches[i]
			if watched.Reason != test.missed || len(watched.Gaps) > 1 {
				t.Errorf("gaps are %+v, %q, want %q", watched.Gaps, watched.Reason, test.missed)
			}
			if seen := inv.Observed(inventory.Pods); test.whole && seen > 2*time.Second || !test.whole && seen < window/2 {
				t.Errorf("seen for %v", seen)
			}
			if p.hit.Load() == 0 {
				t.Error("nothing met the fault")
			}
			r := w.judge(inv)
			if told := len(r.Observation.Missed) > 0; told != (test.missed != "") {
				t.Errorf("the report lists %+v", r.Observation.Missed)
			}
		})
	}
}

// restarting adds a pod whose container will restart.
func (w *world) restarting(t *testing.T) *corev1.Pod {
	t.Helper()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "restarting-", Namespace: fine},
		Spec:       corev1.PodSpec{NodeName: "node-1", Containers: []corev1.Container{{Name: "app", Image: "registry.example/app:1"}}},
	}
	pod, err := w.cluster.Client().CoreV1().Pods(fine).Create(t.Context(), pod, metav1.CreateOptions{})
	must(t, err)
	t.Cleanup(func() {
		grace := int64(0)
		_ = w.cluster.Client().CoreV1().Pods(fine).Delete(context.Background(), pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &grace})
	})
	return pod
}

// restart restarts the container several times a second, and returns the number
// of restarts.
func (w *world) restart(t *testing.T, pod *corev1.Pod, d time.Duration) int {
	restarts := 0
	for end := time.Now().Add(d); time.Now().Before(end); restarts++ {
		w.cluster.SetPodStatus(t, pod, func(s *corev1.PodStatus) {
			s.Phase = corev1.PodRunning
			if len(s.ContainerStatuses) == 0 {
				s.ContainerStatuses = []corev1.ContainerStatus{{Name: "app", Image: "registry.example/app:1"}}
			}
			s.ContainerStatuses[0].RestartCount++
			s.Message = strings.Repeat("x", restarts%5)
		})
		<-time.After(200 * time.Millisecond)
	}
	return restarts
}

// observedRestarts returns the restarts of a pod that were observed.
func observedRestarts(inv *inventory.Inventory, pod *corev1.Pod) int {
	w := inventory.Find(inv.Workloads, pod.Namespace, "Pod", pod.Name)
	if w == nil {
		return -1
	}
	return w.Pods[0].ObservedIn("app").Restarts
}

// A cluster that is followed is known as one that is read, whatever happened to
// the watches, and a server that cannot be reached is said.
func (w *world) following(t *testing.T) {
	for name, test := range map[string]struct {
		match func(*http.Request) bool
		fault fault
		lost  bool
	}{
		"harmless":            {match: anyWatch, fault: unharmed},
		"cut again and again": {match: anyWatch, fault: cutAfter(time.Second)},
		"expired":             {match: anyWatch, fault: once(refuse(410, metav1.StatusReasonExpired))},
		"server restarts":     {match: anyWatch, fault: goneFor(9 * time.Second), lost: true},
	} {
		t.Run("following/"+name, func(t *testing.T) {
			t.Parallel()
			pod := w.restarting(t)
			p := newProxy(t, w.cluster.Config())
			ctx, cancel := context.WithTimeout(t.Context(), 3*bound)
			defer cancel()
			source := live.Source{Name: "test", Config: p.serve(t, false, test.match, test.fault), ChunkSize: 1}
			lost := false
			// It holds the latest. Reading inside would count as effort, for which there is a pause.
			followed, ended := make(chan known, 1), make(chan error, 1)
			pace := live.Pace{Pause: time.Second, Quiet: 2 * time.Second, Timeout: bound}
			go func() {
				ended <- source.Follow(ctx, audit.Request(w.checks, inventory.Scope{}), pace, func(inv *inventory.Inventory) error {
					select {
					case <-followed:
					default:
					}
					followed <- w.known(inv)
					return nil
				}, func(reason string) { lost = lost || reason != "" })
			}()
			<-followed
			w.restart(t, pod, 2*time.Second)
			for same := false; !same && ctx.Err() == nil; {
				read, err := w.read(t, w.cluster.Config())
				must(t, err)
				select {
				case now := <-followed:
					same = reflect.DeepEqual(now, w.known(read))
				case <-ctx.Done():
					t.Error("what is followed is not what is read")
				}
			}
			cancel()
			err := <-ended
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			if lost != test.lost {
				t.Errorf("lost is %v", lost)
			}
			if p.hit.Load() == 0 {
				t.Error("nothing met the fault")
			}
		})
	}
	t.Run("following/forbidden", func(t *testing.T) {
		t.Parallel()
		p := newProxy(t, w.cluster.Config())
		ctx, cancel := context.WithTimeout(t.Context(), bound)
		defer cancel()
		source := live.Source{Name: "test", Config: p.serve(t, false, watches(inventory.Pods), refuse(403, metav1.StatusReasonForbidden)), ChunkSize: 500}
		err := source.Follow(ctx, audit.Request(w.checks, inventory.Scope{}), live.Pace{Pause: time.Second, Quiet: time.Second},
			func(*inventory.Inventory) error { return nil }, func(string) {})
		if err == nil || !strings.Contains(err.Error(), "changes of pods cannot be watched: forbidden") {
			t.Errorf("error is %v", err)
		}
	})
}

// known is the knowledge of a cluster that a source must have in the end.
type known struct {
	findings []string
	restarts int
}

func (w *world) known(inv *inventory.Inventory) known {
	k := known{restarts: restartsIn(inv)}
	for _, f := range w.judge(inv).Findings {
		k.findings = append(k.findings, string(f.Severity)+" "+key(f.Check, f.Object))
	}
	return k
}

func restartsIn(inv *inventory.Inventory) int {
	restarts := 0
	for _, w := range inv.Workloads {
		for _, p := range w.Pods {
			for i := range p.Containers {
				restarts += int(p.Containers[i].Restarts)
			}
		}
	}
	return restarts
}
