package traffic

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// observed reads a fixture as if it had been watched for two minutes, in which
// something happened to its first Service.
func observed(t *testing.T, fixture string, gaps []inventory.Interval, happened *inventory.ObservedEndpoints) *api.Report {
	t.Helper()
	text, err := os.ReadFile("testdata/service-endpoints-flapping/" + fixture)
	if err != nil {
		t.Fatal(err)
	}
	inv := filestest.MustRead(t, string(text))
	from := noon.Add(-2 * time.Minute)
	inv.Observation = &inventory.Observation{From: from, To: noon, Watches: []inventory.Watch{
		{Resource: inventory.EndpointSlices, From: from, Gaps: gaps}, {Resource: inventory.Pods, From: from},
	}}
	inv.Services[0].Observed, inv.Services[0].Created = happened, noon.Add(-time.Hour)
	return audit.Run(inv, audit.Options{
		Checks: []*audit.Check{ServiceEndpointsFlapping, ServiceWithoutEndpoints}, Now: noon,
	})
}

func drops(pod string, drops, returns int) inventory.ObservedDrops {
	return inventory.ObservedDrops{Pod: pod, Drops: drops, Returns: returns, Last: noon.Add(-time.Second)}
}

func TestObservedFlapping(t *testing.T) {
	const one, two = "checkout-6c9d-b7f2z", "checkout-6c9d-k4x8p"
	all := []inventory.Interval{{From: noon.Add(-2 * time.Minute), To: noon}}
	for name, test := range map[string]struct {
		fixture  string
		gaps     []inventory.Interval
		happened *inventory.ObservedEndpoints
		want     string
	}{
		"proven": {
			"bad.yaml", nil, &inventory.ObservedEndpoints{Pods: []inventory.ObservedDrops{drops(one, 9, 9), drops(two, 3, 3)}},
			"high service-endpoints-flapping observed for 2m: 2 of 2 pods lost readiness 12 times and came back 12 times (180/h each, 95%: 93 to 314)",
		},
		"an outage": {
			"bad.yaml", nil, &inventory.ObservedEndpoints{Pods: []inventory.ObservedDrops{drops(one, 2, 1)}, Empty: 34 * time.Second},
			"critical service-endpoints-flapping observed for 2m: 1 of 2 pods lost readiness 2 times and came back once (30/h each, 95%: 3 to 108); no endpoint served for 34s",
		},
		"the last changes of one look were no losses": {"bad.yaml", nil, nil, ""},
		"what was not seen refutes nothing": {
			"bad.yaml", all, nil, "high service-endpoints-flapping 2 of 2 pods lose readiness again and again, last 6s ago; 40 endpoint writes in 4m",
		},
		"what was not seen before the changes is irrelevant": {
			"bad.yaml", []inventory.Interval{{From: noon.Add(-2 * time.Minute), To: noon.Add(-time.Minute)}}, nil, "",
		},
		"changes that may have been missed refute nothing": {
			"bad.yaml", []inventory.Interval{{From: noon.Add(-10 * time.Second), To: noon.Add(-5 * time.Second)}}, nil,
			"high service-endpoints-flapping 2 of 2 pods lose readiness again and again, last 6s ago; 40 endpoint writes in 4m",
		},
		"one of them was a loss": {
			"bad.yaml", nil, &inventory.ObservedEndpoints{Pods: []inventory.ObservedDrops{drops(one, 1, 1)}},
			"high service-endpoints-flapping 1 of 2 pods lose readiness again and again, last 6s ago; 40 endpoint writes in 4m",
		},
		"one loss each may have been the node's": {
			"good.yaml", nil, &inventory.ObservedEndpoints{Pods: []inventory.ObservedDrops{drops(one, 1, 1), drops(two, 1, 1)}}, "",
		},
		"a moment without endpoints": {
			"good.yaml", nil, &inventory.ObservedEndpoints{Empty: 12 * time.Second},
			"high service-without-endpoints no endpoint served for 12s of the 2m observed: ReplicaSet checkout-6c9d has 2 pods",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := observed(t, test.fixture, test.gaps, test.happened)
			var got []string
			for _, f := range r.Findings {
				got = append(got, string(f.Severity)+" "+f.Check+" "+f.Message)
			}
			if found := strings.Join(got, "\n"); found != test.want {
				t.Errorf("found\n%s\nwant\n%s", found, test.want)
			}
		})
	}
}

// A restart takes readiness away, and is no flap.
func TestObservedRestartsAreNoFlaps(t *testing.T) {
	const text = "testdata/service-endpoints-flapping/bad.yaml"
	data, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	inv := filestest.MustRead(t, string(data))
	s := inv.Services[0]
	inv.Observation = &inventory.Observation{From: noon.Add(-time.Minute), To: noon, Watches: []inventory.Watch{{Resource: inventory.EndpointSlices}}}
	s.Observed = &inventory.ObservedEndpoints{Pods: []inventory.ObservedDrops{drops(s.Pods[0].Name, 5, 4)}}
	exception := *s.Pods[0].PodException
	exception.Observed = exception.Observed.With(inventory.ObservedContainer{Name: "app", Restarts: 4})
	s.Pods[0].PodException = &exception
	p := &audit.Pass{Cluster: inv, Now: noon}
	if f := observeFlaps(p, s); f.drops != 1 || f.flapping(p) {
		t.Errorf("%+v", f)
	}
}

// The bounds are those of the exact interval (Garwood), to 2 %.
func TestPoissonBounds(t *testing.T) {
	for count, want := range map[int][2]float64{
		0: {0, 3.689}, 1: {0.0253, 5.572}, 2: {0.2422, 7.225}, 5: {1.623, 11.668}, 10: {4.795, 18.390}, 100: {81.36, 121.63},
	} {
		least, most := poissonBounds(count)
		if math.Abs(least-want[0]) > 0.02*max(want[0], 1) || math.Abs(most-want[1]) > 0.02*want[1] {
			t.Errorf("%d: %.3f to %.3f, want %.3f to %.3f", count, least, most, want[0], want[1])
		}
	}
}
