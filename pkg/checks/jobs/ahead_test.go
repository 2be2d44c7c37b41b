package jobs

import (
	"math"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestLimit(t *testing.T) {
	for kind, want := range map[string]string{
		"CronJob":  `kubectl -n shop patch cronjob/nightly --patch '{"spec":{"jobTemplate":{"spec":{"backoffLimit":6}}}}'`,
		"Job":      `kubectl -n shop patch job/nightly --patch '{"spec":{"backoffLimit":6}}'`,
		"Workflow": "",
	} {
		if got := limit(workload(kind, "nightly"), "give up sooner", remedy.Fields{"backoffLimit": 6}).Command.String(); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

func TestRoundUp(t *testing.T) {
	for d, want := range map[time.Duration]int64{
		0: 300, 5 * time.Minute: 300, 5*time.Minute + time.Second: 360, 80 * time.Minute: 4800,
	} {
		if got := roundUp(d); got != want {
			t.Errorf("%s: %d s, want %d", d, got, want)
		}
	}
}

func TestMaxFailedIndexes(t *testing.T) {
	for completions, want := range map[int32]int32{1: 1, 19: 1, 20: 2, 1000: 100, math.MaxInt32: 10_000} {
		if got := maxFailedIndexes(&inventory.Job{Completions: &completions}); got != want {
			t.Errorf("of %d: %d, want %d", completions, got, want)
		}
	}
	if got := maxFailedIndexes(&inventory.Job{}); got != 1 {
		t.Errorf("of none: %d", got)
	}
}
