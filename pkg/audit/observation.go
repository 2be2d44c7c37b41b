package audit

import (
	"math"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// observation reports an observation with its gaps.
func observation(o *inventory.Observation) *api.Observation {
	if o == nil {
		return nil
	}
	r := &api.Observation{
		From: metav1.NewTime(o.From.UTC().Truncate(time.Second)), To: metav1.NewTime(o.To.UTC().Truncate(time.Second)),
		Seconds: seconds(o.To.Sub(o.From)), Missed: []api.Missed{},
		Counts: api.Happened{
			ReadinessLost: o.Total.Drops, Restarts: o.Total.Restarts, OOMKills: o.Total.OOMKills,
			PodsMade: o.Total.Made, PodsLost: o.Total.Lost, PodsStuck: o.Total.Stuck,
		},
	}
	for _, w := range o.Watches {
		if len(w.Gaps) > 0 {
			// A gap of less than a second is still a gap.
			missed := max(seconds(w.Missed()), 1)
			r.Missed = append(r.Missed, api.Missed{Resource: string(w.Resource), Seconds: missed, Reason: w.Reason})
		}
	}
	return r
}

func seconds(d time.Duration) int { return int(math.Round(d.Seconds())) }
