package printers

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// watched returns the report of a cluster that was watched for two minutes.
func watched(counts api.Happened, missed ...api.Missed) *api.Report {
	r := shop()
	r.Findings = nil
	r.Observation = &api.Observation{
		From: metav1.NewTime(judgedAt.Add(-2 * time.Minute)), To: metav1.NewTime(judgedAt), Seconds: 120, Counts: counts, Missed: missed,
	}
	return r
}

// The report never claims that nothing happened in a time that was not seen.
func TestObservation(t *testing.T) {
	var out strings.Builder
	for _, r := range []*api.Report{
		watched(api.Happened{ReadinessLost: 18, Restarts: 3, OOMKills: 1, PodsMade: 14, PodsLost: 13, PodsStuck: 2}),
		watched(api.Happened{}),
		watched(api.Happened{ReadinessLost: 1}, api.Missed{Resource: "pods", Seconds: 120, Reason: "forbidden"},
			api.Missed{Resource: "jobs.batch", Seconds: 120, Reason: "forbidden"},
			api.Missed{Resource: "endpointslices.discovery.k8s.io", Seconds: 12, Reason: "expired"}),
		watched(api.Happened{}, api.Missed{Resource: "endpointslices.discovery.k8s.io", Seconds: 12, Reason: "expired"}),
		watched(api.Happened{}, api.Missed{Resource: "pods", Seconds: 120, Reason: "forbidden"},
			api.Missed{Resource: "endpointslices.discovery.k8s.io", Seconds: 120, Reason: "forbidden"}),
	} {
		out.WriteString(print(t, r, Options{Width: 80}) + "\n")
	}
	golden(t, "observation.txt", out.String())
}

func TestProgressOfObservations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out terminal
		p := StartProgress(&out, 80, 1)
		p.Read("", "pods", 500, 0)
		p.Observe("", time.Now().Add(time.Minute), api.Happened{})
		out.expect(t, patience, "observing, 1m0s left: no restart, no OOM kill, no loss of readiness ...")
		p.Observe("", time.Now().Add(30*time.Second), api.Happened{Restarts: 1, PodsMade: 2})
		out.expect(t, patience, "observing, 30s left: 1 restart, 2 pods made ...")
		p.Stop()
	})
}
