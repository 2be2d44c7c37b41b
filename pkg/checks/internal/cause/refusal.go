package cause

import (
	"cmp"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Refusal is a controller's report about pods or Jobs that it cannot create.
type Refusal struct {
	*inventory.Refusal
	Message string
	Since   time.Time
	// Attempts and Last are known if an Event reports it.
	Attempts int
	Last     time.Time
}

// RefusalOf finds why a workload's pods are not created, nil if nothing says so
// or it is over: all pods exist, or one was created since. A Deployment says so
// itself; for others, Events do, the last of them as recent as that.
func RefusalOf(p *audit.Pass, w *inventory.Workload, recent time.Duration) *Refusal {
	r := w.Rollout
	if r != nil && w.Kind == "Deployment" {
		if r.Refusal == nil {
			return nil
		}
		return &Refusal{Refusal: r.Refusal, Message: cmp.Or(r.Refused.Message, r.Refused.Reason), Since: r.Refused.Since}
	}
	if r != nil && r.Current >= r.Desired || len(w.Jobs) > 0 && w.CronJob == nil && !slices.ContainsFunc(w.Jobs, goesOn) {
		return nil
	}
	// Each attempt may make an Event of its own, as it names another pod.
	made := lastMade(w)
	var told *Refusal
	for _, o := range append([]*inventory.Object{&w.Object}, w.Controllers...) {
		best := Of(p, o, inventory.Making, recent)
		if best == nil {
			continue
		}
		refusal := &Refusal{Refusal: best.Refusal, Message: best.Message, Since: best.First}
		for _, e := range p.EventsOf(o) {
			if e.Stage == inventory.Making && e.Last.After(made) {
				refusal.Attempts += int(e.Count)
				if e.First.Before(refusal.Since) {
					refusal.Since = e.First
				}
				if e.Last.After(refusal.Last) {
					refusal.Last = e.Last
				}
			}
		}
		if refusal.Since.Before(made) {
			refusal.Since = made
		}
		if refusal.Last.After(made) && (told == nil || refusal.Last.After(told.Last)) {
			told = refusal
		}
	}
	return told
}

func goesOn(j *inventory.Job) bool { return !j.Finished() && !j.Ending && !j.Suspended }

// lastMade returns when the newest pod or Job of a workload was created, which
// shows that all refusals before it are over.
func lastMade(w *inventory.Workload) time.Time {
	var last time.Time
	for _, p := range w.Pods {
		if p.Created.After(last) {
			last = p.Created
		}
	}
	for _, j := range w.Jobs {
		if j.Created.After(last) {
			last = j.Created
		}
	}
	return last
}
