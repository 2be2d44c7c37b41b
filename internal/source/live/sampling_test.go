package live

import (
	"bytes"
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Kubelets that never answer cost a known time, and never more than a few
// requests at once.
func TestSamplingIsBounded(t *testing.T) {
	for name, s := range map[string]sampling{"logs": logSampling, "kubelets": kubeletSampling} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var taken, now atomic.Int64
				s.run(t.Context(), s.most, func(ctx context.Context, _ int) {
					taken.Add(1)
					if n := now.Add(1); n > int64(s.atOnce) {
						t.Errorf("%d at once", n)
					}
					began := time.Now()
					<-ctx.Done()
					now.Add(-1)
					if took := time.Since(began); took > s.each {
						t.Errorf("one request took %s", took)
					}
				})
				if got := time.Since(start); got != min(s.all, s.each*time.Duration(s.most/s.atOnce)) {
					t.Errorf("it took %s", got)
				}
				if got := taken.Load(); got != int64(s.most) {
					t.Errorf("%d samples", got)
				}
			})
		})
	}
}

// wantSamples reads a cluster and requires that its samples are found, both
// directly and in the snapshot that was written.
func wantSamples(t *testing.T, s *server, req inventory.Request, want map[string]string, found func(*inventory.Inventory) map[string]string) {
	t.Helper()
	live := s.live()
	var snapshot bytes.Buffer
	writer := files.NewSnapshotWriter(&snapshot)
	live.Record = writer.Record
	inv, err := live.Read(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, found(inv)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	if err := writer.Close(inv); err != nil {
		t.Fatal(err)
	}
	saved := files.Source{Filenames: []string{"-"}, Stdin: &snapshot}
	again, err := saved.Read(context.Background(), inventory.Request{Resources: []inventory.Resource{inventory.Pods}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, found(again)); diff != "" {
		t.Errorf("out of a snapshot (-want +got):\n%s", diff)
	}
}
