package traffic

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// dropSign says how one look at a pod shows that it lost readiness while running.
type dropSign int

const (
	noDrop dropSign = iota
	// isDown: it is not ready now but was ready after its containers started.
	isDown
	// cameBack: it became ready when it had been ready before.
	cameBack
)

// dropping describes a pod's readiness, as one look shows it.
type dropping struct {
	pod  *inventory.Pod
	sign dropSign
	// at is the time of the last change of readiness, start that of the newest
	// container.
	at, start time.Time
	// calm is the time since its last change.
	calm time.Duration
	// moved is set when the change came after the first of its containers
	// started; late is set when a start whose first probes succeed does not
	// explain it. Neither is hidden by another container that crashes.
	moved, late bool
	// withNode is set when the node explains the change.
	withNode bool
	// readyBy is the time by which the pod must have become ready after its start.
	readyBy time.Time
	// window is the time in which the readiness probe detects a failure, interval
	// that between two failures in a row.
	window, interval time.Duration
	threshold        int
	failures         probeFailures
}

const (
	// conditionsTogether is the largest difference between changes of Ready and
	// ContainersReady that are one change by the kubelet.
	conditionsTogether = 2 * time.Second
	// nodeSpan is the largest difference between changes of a node's pods that
	// have one cause.
	nodeSpan = 30 * time.Second
	// clockSkew is the largest difference between the clocks of a node and of the
	// controllers.
	clockSkew = 10 * time.Second
	// Bounds for the length of a start if no sibling shows it.
	shortestStart = time.Minute
	longestStart  = 10 * time.Minute
)

// observer observes the pods of a Service. The length of a start is the same for
// all pods of a template, and computing it requires all of them.
type observer struct {
	*audit.Pass
	allowances map[*inventory.Template]time.Duration
}

// observe examines a pod that runs and has a readiness probe.
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
	// A node that loses contact changes Ready alone, and so does a readiness
	// gate.
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
// if nodes are read.
func (p observer) nodeChanged(pod *inventory.Pod) bool {
	node := p.Node(pod.Node)
	if node == nil {
		return false
	}
	ready, found := node.Condition(corev1.NodeReady)
	return found && ready.LastTransitionTime.Sub(pod.Ready.Since).Abs() <= nodeSpan
}

// firstStart returns when the first of the containers started that have run for
// as long as the pod, zero when none of them runs.
func firstStart(pod *inventory.Pod) time.Time {
	var first time.Time
	for i := range pod.Containers {
		c := &pod.Containers[i]
		if c.Kind.LongRunning() && !c.RunningSince.IsZero() &&
			(first.IsZero() || c.RunningSince.Before(first)) {
			first = c.RunningSince
		}
	}
	return first
}

// allRunning leaves out crashes: a container that ended takes away readiness,
// which other checks report.
func allRunning(pod *inventory.Pod) bool {
	for i := range pod.Containers {
		c := &pod.Containers[i]
		if c.Kind.LongRunning() && c.RunningSince.IsZero() &&
			(c.Ended == nil || pod.StartsAgain(c, c.Ended)) {
			return false
		}
	}
	return true
}
