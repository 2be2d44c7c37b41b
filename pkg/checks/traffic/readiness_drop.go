package traffic

import (
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
	threshold int64
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

// observer looks at the pods of a Service. What a start may take is the same
// for all pods of a template, and needs a look at all of them.
type observer struct {
	*audit.Pass
	allowances map[*inventory.Template]time.Duration
}

// observe looks at a pod that runs and has a readiness probe.
func (p observer) observe(pod *inventory.Pod) (dropping, bool) {
	probe, budget := readinessBudget(pod.Template)
	if probe == nil || pod.Deleting() || pod.Phase != corev1.PodRunning {
		return dropping{}, false
	}
	d := dropping{
		pod: pod, at: pod.Ready.Since, start: pod.LatestStart(),
		window:    seconds(int64(probe.FailureThreshold) * int64(probe.PeriodSeconds)),
		threshold: int64(probe.FailureThreshold),
	}
	if !allRunning(pod) || !p.Within(d.at, flapWindow.In(p.Pass)) {
		return d, true
	}
	d.settled = d.start.Add(max(p.startAllowance(pod), budget))
	together := pod.Ready.Since.Sub(pod.ContainersReady().Since).Abs() <= conditionsTogether
	switch {
	case pod.Ready.Is(corev1.ConditionFalse) && pod.ContainersReady().Is(corev1.ConditionFalse) &&
		pod.Ready.Reason != "ReadinessGatesNotReady" && d.at.After(d.start):
		d.sign = isDown
	case pod.Ready.Is(corev1.ConditionTrue) && d.at.After(d.settled) && together:
		d.sign = cameBack
	}
	// A node that lost touch changes Ready alone, or many pods at once. Probes
	// that failed one by one are the pod's own.
	if d.sign != noDrop && (!together || nodeWide(p.Pass, pod)) && !d.repeated(p.Pass) {
		d.sign = noDrop
	}
	return d, true
}

func nodeWide(p *audit.Pass, pod *inventory.Pod) bool {
	return p.ChangedTogether(pod.Node, pod.Ready.Since, nodeSpan, nodeWorkloads)
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
		need := int64(c.ReadinessProbe.InitialDelaySeconds) + 2*int64(c.ReadinessProbe.PeriodSeconds)
		if s := c.StartupProbe; s != nil {
			need += int64(s.InitialDelaySeconds) + int64(s.FailureThreshold)*int64(s.PeriodSeconds)
		}
		if slowest == nil || seconds(need) > budget {
			slowest, budget = c.ReadinessProbe, seconds(need)
		}
	}
	return slowest, budget
}

// seconds is a time that a probe's numbers make: the API bounds none of them,
// and a Duration holds less than their products. It is at most a year.
func seconds(n int64) time.Duration {
	const year = 365 * 24 * 60 * 60
	return time.Duration(min(n, year)) * time.Second
}

// startAllowance is the time after which a start no longer explains that a pod
// becomes ready: three times what its fastest sibling took, within bounds.
// Siblings that changed within the last hour may be flapping themselves, and so
// has the pod.
func (p observer) startAllowance(pod *inventory.Pod) time.Duration {
	if allowance, known := p.allowances[pod.Template]; known {
		return allowance
	}
	for _, sibling := range pod.Workload.Pods {
		allowance, known := p.allowances[sibling.Template]
		if !known {
			allowance = longestStart
		}
		if start := sibling.LatestStart(); !start.IsZero() && sibling.Ready.Is(corev1.ConditionTrue) &&
			!p.Within(sibling.Ready.Since, flapWindow.In(p.Pass)) && !sibling.Ready.Since.Before(start) {
			allowance = min(allowance, max(3*sibling.Ready.Since.Sub(start), shortestStart))
		}
		p.allowances[sibling.Template] = allowance
	}
	return p.allowances[pod.Template]
}

// repeated reports whether the probe's failures show that readiness was lost
// more than once: they go on for longer than one drop takes, after the start,
// and readiness came back in between.
func (d dropping) repeated(p *audit.Pass) bool {
	for _, e := range p.EventsOf(&d.pod.Object) {
		if !readinessFailure(e) || int64(e.Count) < 2*d.threshold || e.Last.Sub(e.First) <= 3*d.window ||
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
func (d dropping) failures(p *audit.Pass) (int, time.Time) {
	var count int
	var first time.Time
	for _, e := range p.EventsOf(&d.pod.Object) {
		if readinessFailure(e) {
			count += int(e.Count)
			if first.IsZero() || e.First.Before(first) {
				first = e.First
			}
		}
	}
	return count, first
}

func readinessFailure(e *inventory.Event) bool {
	return e.Probe != nil && e.Probe.Kind == inventory.Readiness
}
