package scale

import (
	"context"
	"encoding/binary"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const (
	followed   = 20_000
	perSecond  = 50
	followTime = 40 * time.Second
)

// heapOfAudit is the live heap with the inventory of one audit.
func heapOfAudit(b *testing.B, url string) uint64 {
	inv := read(b, url)
	audit.Run(inv, options)
	once := heap()
	runtime.KeepAlive(inv)
	return once
}

// What watching may cost, as a share of one core, and in memory as a multiple of one audit.
const (
	mostCores  = 0.1
	mostMemory = 1.2
)

// BenchmarkFollow watches 20,000 pods, of which 50 change each second, and judges all of them
// again every few seconds. It reports the share of one core and the memory, beside
// that of one audit, and the share that as many audits would take that read all again.
func BenchmarkFollow(b *testing.B) {
	server := changing(b, serve(b, followed))
	for b.Loop() {
		before := used()
		once := heapOfAudit(b, server.URL)
		again := used() - before

		ctx, cancel := context.WithTimeout(b.Context(), followTime)
		source := live.Source{Config: &rest.Config{Host: server.URL}, ChunkSize: pageSize}
		request := audit.Request(options.Checks, inventory.Scope{})
		request.ConfirmOwners = false
		var began, cpu time.Duration
		var since time.Time
		judged, most := 0, uint64(0)
		err := source.Follow(ctx, request, live.Pace{Pause: 3 * time.Second, Quiet: 30 * time.Second}, func(inv *inventory.Inventory) error {
			if judged++; judged == 1 {
				// What comes before is an audit.
				defer func() { began, since = used(), time.Now() }()
			}
			r := audit.Run(inv, options)
			if inv.PodCount() != followed || r.Summary.Subjects.Pods != followed {
				b.Fatalf("%d pods", inv.PodCount())
			}
			if judged%4 == 0 {
				most = max(most, heap())
			}
			runtime.KeepAlive(inv)
			cpu = used() - began
			return nil
		}, func(reason string) { b.Fatal(reason) })
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || judged < 4 {
			b.Fatal(err, judged)
		}
		watched := time.Since(since).Seconds()
		cores := cpu.Seconds() / watched
		if cores > mostCores || float64(most) > mostMemory*float64(once) {
			b.Errorf("%.3f cores, %d bytes: at most %v cores, and %v of %d bytes", cores, most, mostCores, mostMemory, once)
		}
		b.ReportMetric(cores, "cores")
		b.ReportMetric(again.Seconds()*float64(judged-1)/watched, "cores/reading-again")
		b.ReportMetric(float64(judged), "audits")
		b.ReportMetric(float64(most)/(1<<20), "MB")
		b.ReportMetric(float64(once)/(1<<20), "MB/audit")
	}
}

// used is the time that all processors have spent.
func used() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// changing lets pods of a cluster change: each second, some restart.
func changing(b *testing.B, cluster *httptest.Server) *httptest.Server {
	lists := cluster.Config.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("watch") {
			lists.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.kubernetes.protobuf;stream=watch")
		w.WriteHeader(http.StatusOK)
		flush := http.NewResponseController(w).Flush
		_ = flush()
		ticker := time.NewTicker(time.Second / perSecond)
		defer ticker.Stop()
		for n := 0; ; n++ {
			select {
			case <-r.Context().Done():
				return
			case <-ticker.C:
			}
			if r.URL.Path != "/api/v1/pods" {
				continue
			}
			page := podPage(n*37%followed, n*37%followed+1, metav1.ListMeta{}).(*corev1.PodList)
			pod := &page.Items[0]
			pod.ResourceVersion = "2"
			pod.Status.ContainerStatuses[0].RestartCount = int32(n)
			_, _ = w.Write(frame(b, pod))
			_ = flush()
		}
	}))
	b.Cleanup(server.Close)
	return server
}

// frame encodes the change of a pod.
func frame(b *testing.B, pod *corev1.Pod) []byte {
	encoded, err := pod.Marshal()
	if err != nil {
		b.Fatal(err)
	}
	raw, err := (&kruntime.Unknown{Raw: encoded}).Marshal()
	if err != nil {
		b.Fatal(err)
	}
	event := metav1.WatchEvent{Type: "MODIFIED", Object: kruntime.RawExtension{Raw: append([]byte("k8s\x00"), raw...)}}
	data, err := event.Marshal()
	if err != nil {
		b.Fatal(err)
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...)
}
