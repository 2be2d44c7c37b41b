package traffic

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// dropSign is how one look at a pod shows that it lost readiness while living.
type dropSign int

const (
	noDrop dropSign = iota
	// isDown: it is not ready now and was ready after its containers started.
	isDown
	// cameBack: it became ready so long after its containers started that it
	// must have been ready before.
	cameBack
)

// dropping is what one look at a pod tells about its readiness.
type dropping struct {
	pod  *inventory.Pod
	sign dropSign
	// at is when readiness last changed, start when the newest container did,
	// and settled when a start can no longer explain a change.
	at, start, settled time.Time
	// window is the time in which the readiness probe finds a failure out.
	window    time.Duration
	threshold int32
}

const (
	// conditionsTogether is how far apart Ready and ContainersReady may change
	// and still be one change by the kubelet.
	conditionsTogether = 2 * time.Second
	// A change of this many workloads on a node in this span is the node's.
	nodeWorkloads = 3
	nodeSpan      = time.Minute
	// Bounds of what a start may take where no sibling shows it.
	shortestStart = time.Minute
	longestStart  = 10 * time.Minute
)

// observe looks at a pod that runs and has a readiness probe.
func observe(p *audit.Pass, pod *inventory.Pod) (dropping, bool) {
	probe, budget := readinessBudget(pod.Template)
	if probe == nil || pod.Deleting() || pod.Phase != corev1.PodRunning {
		return dropping{}, false
	}
	d := dropping{
		pod: pod, at: pod.Ready.Since, start: pod.LatestStart(),
		window:    time.Duration(probe.FailureThreshold*probe.PeriodSeconds) * time.Second,
		threshold: probe.FailureThreshold,
	}
	if !allRunning(pod) || !p.Within(d.at, flapRecent) {
		return d, true
	}
	d.settled = d.start.Add(startAllowance(p, pod, budget))
	together := pod.Ready.Since.Sub(pod.ContainersReady.Since).Abs() <= conditionsTogether
	switch {
	case pod.Ready.Is(corev1.ConditionFalse) && pod.ContainersReady.Is(corev1.ConditionFalse) &&
		pod.Ready.Reason != "ReadinessGatesNotReady" && d.at.After(d.start):
		d.sign = isDown
	case pod.Ready.Is(corev1.ConditionTrue) && d.at.After(d.settled) && together:
		d.sign = cameBack
	}
	// A node that lost touch changes Ready alone, or many pods at once. Probes
	// that failed one by one are the pod's own.
	if d.sign != noDrop && (!together || nodeWide(p, pod)) && !d.repeated(p) {
		d.sign = noDrop
	}
	return d, true
}

func nodeWide(p *audit.Pass, pod *inventory.Pod) bool {
	return p.ChangedTogether(pod.Node, pod.Ready.Since, nodeSpan) >= nodeWorkloads
}

// allRunning leaves out crashes: a container that ended takes readiness along,
// which other checks speak about.
func allRunning(pod *inventory.Pod) bool {
	for i := range pod.Containers {
		c := &pod.Containers[i]
		if (c.Kind == inventory.App || c.Kind == inventory.Sidecar) && c.RunningSince.IsZero() {
			return false
		}
	}
	return true
}

// readinessBudget is the most demanding readiness probe of a pod, and the time
// that its probes allow a start to take.
func readinessBudget(t *inventory.Template) (*corev1.Probe, time.Duration) {
	var slowest *corev1.Probe
	var budget time.Duration
	for _, c := range t.LongRunning() {
		if c.ReadinessProbe == nil {
			continue
		}
		seconds := c.ReadinessProbe.InitialDelaySeconds + 2*c.ReadinessProbe.PeriodSeconds
		if s := c.StartupProbe; s != nil {
			seconds += s.InitialDelaySeconds + s.FailureThreshold*s.PeriodSeconds
		}
		if slowest == nil || time.Duration(seconds)*time.Second > budget {
			slowest, budget = c.ReadinessProbe, time.Duration(seconds)*time.Second
		}
	}
	return slowest, budget
}

// startAllowance is the time after which a start no longer explains that a pod
// becomes ready: three times what its fastest sibling took, within bounds, and
// never less than its probes allow. Siblings that changed within the last hour
// may be flapping themselves.
func startAllowance(p *audit.Pass, pod *inventory.Pod, budget time.Duration) time.Duration {
	allowance := longestStart
	for _, sibling := range pod.Workload.Pods {
		start := sibling.LatestStart()
		if sibling == pod || sibling.Template != pod.Template || start.IsZero() ||
			!sibling.Ready.Is(corev1.ConditionTrue) || p.Within(sibling.Ready.Since, flapRecent) ||
			sibling.Ready.Since.Before(start) {
			continue
		}
		allowance = min(allowance, max(3*sibling.Ready.Since.Sub(start), shortestStart))
	}
	return max(allowance, budget)
}

// repeated reports whether the probe's failures show that readiness was lost
// more than once: they go on for longer than one drop takes, after the start,
// and readiness came back in between.
func (d dropping) repeated(p *audit.Pass) bool {
	for _, e := range p.EventsOf(&d.pod.Object) {
		if !readinessFailure(e) || e.Count < 2*d.threshold || e.Last.Sub(e.First) <= 3*d.window ||
			!e.First.After(d.settled) {
			continue
		}
		// A pod that is down now was ready until it went down: failures well
		// before that are an earlier drop's.
		if d.sign == cameBack || e.First.Add(2*d.window).Before(d.at) {
			return true
		}
	}
	return false
}

// failures is the number of failed readiness probes that Events tell of, a
// lower bound, and when the first of them was.
func (d dropping) failures(p *audit.Pass) (int32, time.Time) {
	var count int32
	var first time.Time
	for _, e := range p.EventsOf(&d.pod.Object) {
		if readinessFailure(e) {
			count += e.Count
			if first.IsZero() || e.First.Before(first) {
				first = e.First
			}
		}
	}
	return count, first
}

func readinessFailure(e *inventory.Event) bool {
	return e.Reason == "Unhealthy" && strings.HasPrefix(e.Message, "Readiness probe")
}
