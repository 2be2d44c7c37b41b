package inventory

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
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
