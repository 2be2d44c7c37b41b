package compare_test

import (
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
)

// Each finding appears once, and is gone once, whatever cannot be judged in between.
func TestTracker(t *testing.T) {
	web, cart := deployment("web"), deployment("cart")
	latest, unready := finding("image-tag-latest", api.High, web), finding("pod-unready", api.High, cart)
	minor := finding("pod-unready", api.Low, cart)
	unjudged := func(r *api.Report) { r.Checks[1].Unknown, r.Checks[1].Reason = 1, "pods: timed out" }
	causeOfCart := finding("image-tag-latest", api.High, cart)
	causeOfCart.Folded = []string{"pod-unready"}
	for name, test := range map[string]struct {
		reports []*api.Report
		want    string
	}{
		"what is open at first":       {[]*api.Report{report(latest)}, "same image-tag-latest web"},
		"one comes, and goes":         {[]*api.Report{report(), report(latest), report(latest), report()}, "new image-tag-latest web\ngone image-tag-latest web"},
		"one gets worse, then better": {[]*api.Report{report(), report(minor), report(unready), report(minor)}, "new pod-unready cart\nworse pod-unready cart was low"},
		"one comes while not all is judged": {
			[]*api.Report{report(), later(report(unready), unjudged), report(unready)}, "new pod-unready cart",
		},
		"one goes while nothing is judged": {
			[]*api.Report{report(unready), later(report(), unjudged), report(), report()}, "same pod-unready cart\ngone pod-unready cart",
		},
		"one stays while nothing is judged": {
			[]*api.Report{report(unready), later(report(), unjudged), report(unready)}, "same pod-unready cart",
		},
		"another one names the cause": {
			[]*api.Report{report(unready), report(causeOfCart), report(unready), report()},
			"same pod-unready cart\nnew image-tag-latest cart\ngone image-tag-latest cart\ngone pod-unready cart",
		},
		"one appears when its cause is fixed": {
			[]*api.Report{report(causeOfCart), report(unready)}, "same image-tag-latest cart\nnew pod-unready cart\ngone image-tag-latest cart",
		},
		"a workload is deleted": {
			[]*api.Report{report(unready), later(report(), func(r *api.Report) { r.Subjects = r.Subjects[1:] })},
			"same pod-unready cart\ngone pod-unready cart: there is no such Deployment now",
		},
		"the worst goes first": {
			[]*api.Report{report(minor, latest), report()}, "same pod-unready cart\nsame image-tag-latest web\ngone image-tag-latest web\ngone pod-unready cart",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var tracker compare.Tracker
			var got []string
			for _, r := range test.reports {
				for _, f := range tracker.Next(r) {
					got = append(got, textOf(f))
				}
			}
			if told := strings.Join(got, "\n"); told != test.want {
				t.Errorf("got\n%s\nwant\n%s", told, test.want)
			}
		})
	}
}
