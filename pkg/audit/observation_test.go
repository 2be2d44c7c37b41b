package audit

import (
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Only what was not seen counts as missed, and even a short gap counts.
func TestObservationReportsGaps(t *testing.T) {
	pods := inventory.Watch{Resource: inventory.Pods, From: now}
	services := inventory.Watch{Resource: inventory.Services, From: now}
	services.Miss(inventory.Interval{From: now, To: now.Add(time.Millisecond)}, "expired")
	r := observation(&inventory.Observation{From: now, To: now.Add(time.Minute), Watches: []inventory.Watch{pods, services}})
	if want := `[{"resource":"services","seconds":1,"reason":"expired"}]`; asJSON(r.Missed) != want || r.Seconds != 60 {
		t.Errorf("%s, want %s", asJSON(r), want)
	}
	if observation(nil) != nil {
		t.Error("an audit without one reports an observation")
	}
}
