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
	// cameBack: it became ready when it had been ready before.
	cameBack
)

// dropping is what one look at a pod tells about its readiness.
type dropping struct {
	pod  *inventory.Pod
	sign dropSign
	// at is when readiness last changed, start when the newest container did.
	at, start time.Time
	// calm is for how long it has not changed.
	calm time.Duration
	// moved is set when the change came after the first of its containers started,
	// late when a start whose first probes succeed does not explain it. Another
	// container that crashes hides neither.
	moved, late bool
	// withNode is set when the node explains the change.
	withNode bool
	// readyBy is when the pod must have been ready since its start.
	readyBy time.Time
	// window is the time in which the readiness probe finds a failure out,
	// interval that between two failures in a row.
	window, interval time.Duration
	threshold        int
	failures         probeFailures
}

const (
	// conditionsTogether is how far apart Ready and ContainersReady may change
	// and still be one change by the kubelet.
	conditionsTogether = 2 * time.Second
	// nodeSpan is how far apart a node's pods may change with it.
	nodeSpan = 30 * time.Second
	// clockSkew is how much the clocks of a node and of the controllers differ.
	clockSkew = 10 * time.Second
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
	d := dropping{pod: pod, at: pod.Ready.Since, start: pod.LatestStart()}
	first := firstStart(pod)
	d.moved = !first.IsZero() && d.at.Sub(first) > conditionsTogether
	if !d.moved || !p.Within(d.at, flapWindow.In(p.Pass)) {
		return d, true
	}
	d.calm = p.Now.Sub(d.at)
	d.window = inventory.ProbeSeconds(int64(probe.FailureThreshold) * int64(probe.PeriodSeconds))
	d.interval = inventory.ProbeSeconds(int64(max(probe.PeriodSeconds, probe.TimeoutSeconds, 1)))
	d.threshold = max(int(probe.FailureThreshold), 1)
	d.failures = failuresOf(p.Pass, pod, d.start)
	d.readyBy = p.readyBy(&d, budget)
	// A node that loses touch changes Ready alone, and so does a readiness gate.
	together := d.at.Sub(pod.ContainersReady().Since).Abs() <= conditionsTogether
	same := pod.Ready.Status == pod.ContainersReady().Status
	d.late = together && same && d.at.After(first.Add(budget))
	d.withNode = p.ChangedWithNode(pod, nodeSpan) || p.nodeChanged(pod)
	switch {
	case !allRunning(pod) || !same:
	case (!together || d.withNode) && !d.repeated():
	case pod.Ready.Is(corev1.ConditionFalse) && d.at.After(d.start):
		d.sign = isDown
	case pod.Ready.Is(corev1.ConditionTrue) && d.at.After(d.readyBy):
		d.sign = cameBack
	}
	return d, true
}

// nodeChanged reports whether the pod's node was lost or came back at the time,
// where nodes are read.
func (p observer) nodeChanged(pod *inventory.Pod) bool {
	node := p.Node(pod.Node)
	if node == nil {
		return false
	}
	ready, found := node.Condition(corev1.NodeReady)
	return found && ready.LastTransitionTime.Sub(pod.Ready.Since).Abs() <= nodeSpan
}

// readyBy is the earliest of the times by which the pod must have been ready
// since its containers started: after the longest that its start may take; when
// its Deployment's rollout was complete; or when its probe first failed, if that
// was later than a start's first failures.
func (p observer) readyBy(d *dropping, budget time.Duration) time.Time {
	by := d.start.Add(max(p.startAllowance(d.pod), budget))
	earlier := func(t time.Time) {
		if t.Before(by) {
			by = t
		}
	}
	if done := rolledOut(d.pod.Workload); !done.Before(d.start) && !done.Before(d.pod.Created) {
		earlier(done.Add(clockSkew))
	}
	if d.failures.count > 0 && d.failures.first.After(d.start.Add(budget)) && p.ReadIn(d.pod.Namespace, inventory.Events) {
		earlier(d.failures.first)
	}
	return by
}

// newReplicaSetAvailable is the reason with which a Deployment says that all of
// its pods have been available.
const newReplicaSetAvailable = "NewReplicaSetAvailable"

// rolledOut is when all pods that a Deployment had were ready, zero where it
// does not say.
func rolledOut(w *inventory.Workload) time.Time {
	if w.Rollout == nil || w.Rollout.Progressing.Reason != newReplicaSetAvailable {
		return time.Time{}
	}
	return w.Rollout.Progressing.Since
}

// firstStart is when the first of the containers started that run for as long as
// the pod, zero when none of them runs.
func firstStart(pod *inventory.Pod) time.Time {
	var first time.Time
	for i := range pod.Containers {
		c := &pod.Containers[i]
		if (c.Kind == inventory.App || c.Kind == inventory.Sidecar) && !c.RunningSince.IsZero() &&
			(first.IsZero() || c.RunningSince.Before(first)) {
			first = c.RunningSince
		}
	}
	return first
}

// allRunning leaves out crashes: a container that ended takes readiness along,
// which other checks speak about.
func allRunning(pod *inventory.Pod) bool {
	for i := range pod.Containers {
		c := &pod.Containers[i]
		if (c.Kind == inventory.App || c.Kind == inventory.Sidecar) && c.RunningSince.IsZero() &&
			(c.Ended == nil || pod.StartsAgain(c, c.Ended)) {
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
		if slowest == nil || inventory.ProbeSeconds(need) > budget {
			slowest, budget = c.ReadinessProbe, inventory.ProbeSeconds(need)
		}
	}
	return slowest, budget
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
