package traffic

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// observedFlaps describes the readiness of a Service's probed pods during an
// observation. Losses that restarts explain are left out.
type observedFlaps struct {
	// seconds is the time in which the endpoints were observed, 0 if they were not.
	seconds time.Duration
	probed  int
	// dropped are the pods that lost readiness, beginning with those that lost it
	// most often.
	dropped        []observedDropping
	drops, returns int
	// empty is the time without a serving endpoint.
	empty time.Duration
}

type observedDropping struct {
	pod   *inventory.Pod
	drops int
	last  time.Time
}

func observeFlaps(p *audit.Pass, s *inventory.Service) observedFlaps {
	f := observedFlaps{seconds: p.Observed(inventory.EndpointSlices)}
	for _, pod := range s.Pods {
		if probe, _ := readinessBudget(pod.Template); probe != nil && !pod.Finished() {
			f.probed++
		}
	}
	if s.Observed == nil || f.seconds == 0 {
		return f
	}
	f.empty = s.Observed.Empty
	for _, seen := range s.Observed.Pods {
		pod := s.PodNamed(seen.Pod)
		if pod == nil {
			continue
		}
		probe, _ := readinessBudget(pod.Template)
		drops := seen.Drops - observedRestarts(pod)
		if probe == nil || drops <= 0 {
			continue
		}
		f.dropped = append(f.dropped, observedDropping{pod, drops, seen.Last})
		f.drops += drops
		f.returns += min(seen.Returns, drops)
	}
	slices.SortStableFunc(f.dropped, func(a, b observedDropping) int { return b.drops - a.drops })
	return f
}

func observedRestarts(pod *inventory.Pod) int {
	restarts := 0
	for i := range pod.Containers {
		restarts += pod.ObservedIn(pod.Containers[i].Name).Restarts
	}
	return restarts
}

// flapping reports whether pods are proven to lose readiness again and again:
// one of them more than once, so that no event of a node explains it, and enough
// of them to affect the Service.
func (f *observedFlaps) flapping(p *audit.Pass) bool {
	return len(f.dropped) > 0 && f.dropped[0].drops > 1 && f.returns > 0 &&
		(len(f.dropped) >= 2 || 100*len(f.dropped) >= flapShare.In(p)*f.probed)
}

// perHour returns how often an endpoint loses readiness per hour, and the bounds of
// that rate with a confidence of 95 %: the number in a time follows a Poisson
// distribution.
func (f *observedFlaps) perHour() (rate, least, most float64) {
	hours := f.seconds.Hours() * float64(max(f.probed, 1))
	least, most = poissonBounds(f.drops)
	return math.Round(float64(f.drops) / hours), math.Round(least / hours), math.Round(most / hours)
}

// poissonBounds returns the expected numbers for which a count is just not unlikely, by the
// approximation of Wilson and Hilferty.
func poissonBounds(count int) (least, most float64) {
	const z = 1.96 // 95 %, both sides
	bound := func(n, z float64) float64 {
		return n * math.Pow(1-1/(9*n)+z/(3*math.Sqrt(n)), 3)
	}
	if count > 0 {
		least = bound(float64(count), -z)
	}
	return least, bound(float64(count+1), z)
}

func (f *observedFlaps) fault(p *audit.Pass, s *inventory.Service) audit.Fault {
	rate, least, most := f.perHour()
	window := amount.Duration(f.seconds)
	message := fmt.Sprintf("observed for %s: %d of %d pods lost readiness %s and came back %s (%v/h each, 95%%: %v to %v)",
		window, len(f.dropped), f.probed, amount.Times(f.drops), amount.Times(f.returns), rate, least, most)
	severity, serving := api.High, s.Serving()
	switch {
	case serving == 0:
		severity = api.Critical
		message = "no endpoint serves now: " + message
	case f.empty >= time.Second:
		severity = api.Critical
		message += fmt.Sprintf("; no endpoint served for %s", amount.Duration(f.empty))
	}
	worst := f.dropped[0].pod
	fault := audit.Fault{
		Severity: severity, Message: message,
		Evidence: api.Evidence{
			"pods": len(f.dropped), "of": f.probed, "serving": serving,
			"observed": true, "observedSeconds": amount.Seconds(f.seconds),
			"observedDrops": f.drops, "observedReturns": f.returns,
			"observedSecondsWithoutEndpoint": amount.Seconds(f.empty),
			"dropsPerHour":                   rate, "dropsPerHourAtLeast": least, "dropsPerHourAtMost": most,
		},
		Fix: readProbe(s, worst),
	}
	var last time.Time
	for _, d := range f.dropped {
		fault.Pods = append(fault.Pods, d.pod)
		if d.last.After(last) {
			last = d.last
		}
	}
	fault.Evidence["lastAt"] = api.Time(last)
	return fault
}

// readProbe leads to what the readiness probe of a pod reports.
func readProbe(s *inventory.Service, pod *inventory.Pod) audit.Fix {
	return audit.Fix{
		Advice:  "read what its readiness probe reports when it fails",
		Command: audit.Kubectl("events").In(s.Namespace).Flag("--for", "pod/"+pod.Name),
	}
}

// refuted reports whether one look takes a change of readiness for a loss that an
// observation would have seen.
func refuted(p *audit.Pass, s *inventory.Service, d *dropping) bool {
	if !p.SawAllSince(d.at.Add(-clockSkew), inventory.EndpointSlices) {
		return false
	}
	return s.Observed == nil || !slices.ContainsFunc(s.Observed.Pods, func(seen inventory.ObservedDrops) bool { return seen.Pod == d.pod.Name })
}

// momentWithoutEndpoint reports that no endpoint served for some of the time that
// was observed, although one does now.
func momentWithoutEndpoint(p *audit.Pass, s *inventory.Service) []audit.Fault {
	observed := p.Observed(inventory.EndpointSlices)
	if s.Observed == nil || observed == 0 || s.Observed.Empty < time.Second || s.PublishesNotReady || !controllerWrites(s) ||
		p.Within(s.Created, endpointGrace.In(p)+observed) {
		return nil
	}
	empty := amount.Duration(s.Observed.Empty)
	fault := audit.Fault{
		Variant: momentary, Severity: api.High,
		Message: fmt.Sprintf("no endpoint served for %s of the %s observed", empty, amount.Duration(observed)),
		Evidence: api.Evidence{
			"observed": true, "observedSeconds": amount.Seconds(observed),
			"observedSecondsWithoutEndpoint": amount.Seconds(s.Observed.Empty),
		},
		Fix: audit.Fix{
			Advice:  "find out what takes all of its pods away at once: one replica, a rollout without a surge, a crash",
			Command: audit.Kubectl("get", "pods").In(s.Namespace).Flag("-l", selectorText(s)).With("--watch"),
		},
	}
	if kinds := workloadsText(s); kinds != "" {
		fault.Message += ": " + kinds
	}
	return []audit.Fault{fault}
}

func workloadsText(s *inventory.Service) string {
	var names []string
	for _, w := range s.Workloads {
		names = append(names, fmt.Sprintf("%s %s has %s", w.Kind, w.Name, amount.Count(len(w.Judged()), "pod")))
	}
	return strings.Join(names, ", ")
}

// momentary is the variant of faults that are over.
const momentary = "momentary"
