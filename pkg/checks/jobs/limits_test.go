package jobs

import (
	"math"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func ptr[T any](v T) *T { return &v }

func TestFailuresAllowed(t *testing.T) {
	const none = math.MaxInt32
	for _, test := range []struct {
		name string
		job  inventory.Job
		want int64
	}{
		{"the default", inventory.Job{BackoffLimit: 6, Completions: ptr(int32(1))}, 6},
		{"each of ten indexes three times", inventory.Job{BackoffLimit: none, PerIndex: ptr(int32(2)), Completions: ptr(int32(10))}, 30},
		// Four indexes fail three times, the other six twice each.
		{"three indexes may fail", inventory.Job{
			BackoffLimit: none, PerIndex: ptr(int32(2)), Completions: ptr(int32(10)), MaxFailedIndexes: ptr(int32(3)),
		}, 24},
		{"more indexes may fail than there are", inventory.Job{
			BackoffLimit: none, PerIndex: ptr(int32(2)), Completions: ptr(int32(10)), MaxFailedIndexes: ptr(int32(99)),
		}, 30},
		{"both limits", inventory.Job{BackoffLimit: 5, PerIndex: ptr(int32(2)), Completions: ptr(int32(10))}, 5},
		{"no overflow", inventory.Job{BackoffLimit: none, PerIndex: ptr(int32(none)), Completions: ptr(int32(none))}, none},
	} {
		if got := failuresAllowed(&test.job); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func TestBounds(t *testing.T) {
	for _, test := range []struct {
		job  inventory.Job
		want string
	}{
		{inventory.Job{BackoffLimit: 6}, "backoffLimit 6, no deadline"},
		{inventory.Job{BackoffLimit: 0, Deadline: ptr(int64(90))}, "backoffLimit 0, deadline 90s"},
		{inventory.Job{BackoffLimit: 6, Deadline: ptr(int64(math.MaxInt64))}, "backoffLimit 6, deadline 292y"},
		{inventory.Job{BackoffLimit: math.MaxInt32, PerIndex: ptr(int32(1))},
			"backoffLimitPerIndex 1, no maxFailedIndexes, no deadline"},
		{inventory.Job{BackoffLimit: 50, PerIndex: ptr(int32(1)), MaxFailedIndexes: ptr(int32(5)), Deadline: ptr(int64(7200))},
			"backoffLimitPerIndex 1, maxFailedIndexes 5, backoffLimit 50, deadline 120m"},
	} {
		if got := bounds(&test.job); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestPerHour(t *testing.T) {
	for _, test := range []struct {
		n    int
		in   time.Duration
		want float64
	}{
		{148, 6 * time.Hour, 24.7}, {12, time.Hour, 12}, {7, 10 * time.Minute, 7}, {7, -time.Hour, 7},
		{7, 14 * 24 * time.Hour, 0.02}, {0, time.Hour, 0},
	} {
		if got := perHour(test.n, test.in); got != test.want {
			t.Errorf("%d in %s: %v, want %v", test.n, test.in, got, test.want)
		}
	}
}

// Of less than an hour there is no rate to speak of.
func TestRateText(t *testing.T) {
	for in, want := range map[time.Duration]string{
		46 * time.Second: "", time.Hour - time.Second: "", time.Hour: " (10/h)", -time.Hour: "",
	} {
		if got := rateText(10, in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
