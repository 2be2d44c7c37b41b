package traffic

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ServiceEndpointsFlapping finds Services whose pods lose readiness and get it
// back while they live.
var ServiceEndpointsFlapping = &audit.Check{
	ID: "service-endpoints-flapping", Category: Category, Severity: report.High, Worst: report.Critical,
	Since: "v0.1.0", Live: true,
	Title:   "The endpoints of a Service come and go",
	Needs:   []inventory.Resource{inventory.Pods, inventory.EndpointSlices},
	Uses:    []inventory.Resource{inventory.Events},
	Options: []audit.Option{flapWindow, flapShare},
	Judge:   audit.Services(serviceEndpointsFlapping),
	Doc: audit.Doc{
		What: "At least 2 pods, or a quarter, of a Service lost readiness within the last hour without a restart, and " +
			"not for the first time: either their probe's failures go on over a time (Events), or the EndpointSlices " +
			"were written at least 6 times more often than the pods they hold explain. Critical when no endpoint serves " +
			"at this moment. A pod that lost readiness once and came back is a blip: low.",
		Why: "Each time a pod drops out, its connections move to the others, which then have more to do and drop out " +
			"next. Clients see errors in bursts that no restart and no crash explains, and a look at the pods a minute " +
			"later shows everything ready.",
		Fix: "Read what the probe says when it fails (kubectl events --for pod/NAME). Usual causes: a probe timeout of " +
			"1 second against a pause, a readiness probe that asks a dependency, too little CPU. Give the probe a timeout " +
			"and a failureThreshold that bear a slow moment, and let it ask only about the pod itself.",
		Blind: "One look cannot give a rate: writes of EndpointSlices bound the changes from above only, and Events are " +
			"dropped by the client that records them. Pods without a readiness probe cannot flap and are not judged, nor " +
			"are Services without a selector. Rollouts, scaling and drains replace pods and are no flapping; changes of " +
			"several workloads on one node at once are the node's. Readiness that follows a leader election looks like a flap.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

var (
	flapWindow = audit.Duration("window", time.Hour, "how long ago a loss of readiness may be to count")
	flapShare  = audit.Percent("share", 25, "the share of its pods that makes the losses of less than 2 pods the Service's")
)

const (
	// Writes of an EndpointSlice that one pod explains over its life: added,
	// ready, and three on its way out (measured with the controller's
	// reconciler); and how many more must be left to show repetition.
	explainedWrites = 5
	repeatedWrites  = 6
	// sameAge is how much younger than its slice a pod may be and still have
	// been there for all of the slice's writes.
	sameAge = 0.1
)

func serviceEndpointsFlapping(p *audit.Pass, s *inventory.Service) audit.Verdict {
	if !selects(s) || !controllerWrites(s) {
		return audit.NotApplicable()
	}
	probed := 0
	var dropped []dropping
	observer := observer{p, map[*inventory.Template]time.Duration{}}
	for _, pod := range s.Pods {
		if d, ok := observer.observe(pod); ok {
			probed++
			if d.sign != noDrop {
				dropped = append(dropped, d)
			}
		}
	}
	if probed == 0 {
		return audit.NotApplicable()
	}
	if len(dropped) == 0 {
		return audit.Faults()
	}
	writes := writesOf(p, s)
	many := len(dropped) >= 2 || 100*len(dropped) >= flapShare.In(p)*probed
	byEvents := slices.ContainsFunc(dropped, func(d dropping) bool { return d.repeated(p) })
	switch {
	case many && (byEvents || writes.repeated):
		return audit.Faults(flapping(p, s, dropped, probed, writes, byEvents))
	case many && !p.ReadIn(s.Namespace, inventory.Events):
		return audit.Unknown("events, which would tell whether it happens again and again, were not read completely")
	}
	if came := slices.IndexFunc(dropped, func(d dropping) bool { return d.sign == cameBack }); came >= 0 {
		return audit.Faults(blip(p, s, dropped[came]))
	}
	return audit.Faults()
}

// controllerWrites leaves out slices that somebody else writes, by rules that
// are not known.
func controllerWrites(s *inventory.Service) bool {
	return len(s.Slices) > 0 && !slices.ContainsFunc(s.Slices, func(slice *inventory.EndpointSlice) bool {
		return slice.ManagedBy != inventory.EndpointSliceController
	})
}

// sliceWrites is what the generations of a Service's slices say.
type sliceWrites struct {
	// count is the number of writes since age; they bound the changes of
	// readiness from above.
	count    int64
	age      time.Duration
	repeated bool
	// upperPerHour is the largest rate of flaps that the writes allow.
	upperPerHour float64
}

// writesOf reads the slices of one address type, the one written most: a dual
// stack Service has each change twice.
func writesOf(p *audit.Pass, s *inventory.Service) sliceWrites {
	var most sliceWrites
	for _, ofType := range byAddressType(s.Slices) {
		var w sliceWrites
		var endpoints int64
		for _, slice := range ofType {
			if slice.Created.IsZero() {
				// Writes since when?
				continue
			}
			w.count += slice.Generation - 1
			w.age = max(w.age, p.Now.Sub(slice.Created))
			endpoints += int64(len(slice.Endpoints))
		}
		w.repeated = w.count-explainedWrites*endpoints >= repeatedWrites && sameAges(p, s, w.age)
		if w.age > 0 {
			w.upperPerHour = float64(max(w.count-endpoints, 0)) / 2 / w.age.Hours()
		}
		if w.count > most.count {
			most = w
		}
	}
	return most
}

// byAddressType keeps the order of the slices.
func byAddressType(all []*inventory.EndpointSlice) [][]*inventory.EndpointSlice {
	var groups [][]*inventory.EndpointSlice
	for _, slice := range all {
		i := slices.IndexFunc(groups, func(g []*inventory.EndpointSlice) bool { return g[0].AddressType == slice.AddressType })
		if i < 0 {
			groups = append(groups, []*inventory.EndpointSlice{slice})
		} else {
			groups[i] = append(groups[i], slice)
		}
	}
	return groups
}

// sameAges reports whether the pods were there for the slices' whole life, so
// that replaced pods explain few of the writes.
func sameAges(p *audit.Pass, s *inventory.Service, slices time.Duration) bool {
	for _, pod := range s.Pods {
		if p.Now.Sub(pod.Created) < time.Duration((1-sameAge)*float64(slices)) {
			return false
		}
	}
	return len(s.Pods) > 0
}

func flapping(p *audit.Pass, s *inventory.Service, dropped []dropping, probed int, writes sliceWrites, byEvents bool) audit.Fault {
	slices.SortStableFunc(dropped, func(a, b dropping) int { return b.at.Compare(a.at) })
	last := dropped[0]
	severity, serving := report.High, s.Serving()
	message := fmt.Sprintf("%d of %d pods lose readiness again and again, last %s ago; %d endpoint writes in %s",
		len(dropped), probed, p.Age(last.at), writes.count, p.Age(p.Now.Add(-writes.age)))
	if serving == 0 {
		severity = report.Critical
		message = "no endpoint serves now: " + message
	}
	var pods []*inventory.Pod
	failures := 0
	var since time.Time
	for _, d := range dropped {
		pods = append(pods, d.pod)
		count, first := d.failures(p)
		failures += count
		if !first.IsZero() && (since.IsZero() || first.Before(since)) {
			since = first
		}
	}
	return audit.Fault{
		Severity: severity, Pods: pods, Message: message, Since: since,
		Evidence: report.Evidence{
			"pods": len(dropped), "of": probed, "serving": serving,
			"lastAt":         last.at.UTC().Format(time.RFC3339),
			"endpointWrites": int(writes.count), "endpointWritesSeconds": int(writes.age.Seconds()),
			"flapsPerHourAtMost": math.Round(writes.upperPerHour), "probeFailuresAtLeast": failures,
			"repeatedInEvents": byEvents, "repeatedInWrites": writes.repeated,
		},
		Fix: audit.Fix{
			Advice:  "read what its readiness probe says when it fails",
			Command: audit.Kubectl("events").In(s.Namespace).Flag("--for", "pod/"+last.pod.Name),
		},
	}
}

func blip(p *audit.Pass, s *inventory.Service, d dropping) audit.Fault {
	return audit.Fault{
		Severity: report.Low, Pods: []*inventory.Pod{d.pod},
		Message: fmt.Sprintf("pod %s lost readiness and came back %s ago, %s after its start",
			d.pod.Name, p.Age(d.at), p.Age(p.Now.Add(-d.at.Sub(d.start)))),
		Evidence: report.Evidence{"lastAt": d.at.UTC().Format(time.RFC3339)},
		Since:    d.at,
		Fix: audit.Fix{
			Advice:  "see whether its readiness probe fails now and then",
			Command: audit.Kubectl("events").In(s.Namespace).Flag("--for", "pod/"+cmp.Or(d.pod.Name, "NAME")),
		},
	}
}
