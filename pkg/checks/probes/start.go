package probes

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// start describes how long a container of one pod took from its start to being
// ready.
type start struct {
	pod *inventory.Pod
	// began is the time at which the container started, ready the time at which the
	// pod last became ready.
	began, ready time.Time
}

func (s start) took() time.Duration { return s.ready.Sub(s.began) }

// podsOf returns the pods of a template among a workload's, going over them only
// once if there are several templates: a custom resource may have one for each
// pod.
func podsOf(w *inventory.Workload) func(*inventory.Template) []*inventory.Pod {
	if len(w.Templates) == 1 {
		return func(*inventory.Template) []*inventory.Pod { return w.Pods }
	}
	byTemplate := map[*inventory.Template][]*inventory.Pod{}
	for _, pod := range w.Pods {
		byTemplate[pod.Template] = append(byTemplate[pod.Template], pod)
	}
	return func(t *inventory.Template) []*inventory.Pod { return byTemplate[t] }
}

// fastestStart returns the start of the pod that was fastest among the pods of a
// template that are ready and never restarted. The container never took longer
// than that: a pod that lost readiness and regained it only seems slower. The
// start is unknown for a container without probes that readiness waits for, and
// if readiness also waits for those of another container.
func fastestStart(pods []*inventory.Pod, t *inventory.Template, c *corev1.Container) (start, bool) {
	for _, other := range t.LongRunning() {
		if (other.ReadinessProbe != nil || other.StartupProbe != nil) != (other.Name == c.Name) {
			return start{}, false
		}
	}
	var fastest start
	for _, pod := range pods {
		if pod.Template != t || pod.Deleting() || pod.Phase != corev1.PodRunning {
			continue
		}
		if s, ok := startOf(pod, c.Name); ok && (fastest.pod == nil || s.took() < fastest.took()) {
			fastest = s
		}
	}
	return fastest, fastest.pod != nil
}

func startOf(pod *inventory.Pod, container string) (start, bool) {
	if !pod.Ready.Is(corev1.ConditionTrue) {
		return start{}, false
	}
	// Readiness gates, and a node that was unreachable, change Ready alone.
	s := start{pod: pod, ready: pod.Ready.Since}
	if together := pod.ContainersReady(); together.Is(corev1.ConditionTrue) && together.Since.Before(s.ready) {
		s.ready = together.Since
	}
	for i := range pod.Containers {
		c := &pod.Containers[i]
		if c.Kind != inventory.App && c.Kind != inventory.Sidecar {
			continue
		}
		if c.Restarts > 0 || c.RunningSince.IsZero() {
			return start{}, false
		}
		if c.Name == container {
			s.began = c.RunningSince
		}
	}
	return s, !s.began.IsZero() && !s.ready.Before(s.began)
}

const (
	// longestStart limits what counts as a start. A pod that became ready later
	// than that has lost its readiness and regained it.
	longestStart = 10 * time.Minute
	// startSlack limits how much later than planned the kubelet may probe for the
	// first time.
	startSlack = 10 * time.Second
)

// slow reports whether the start was as slow as it seems. Within the hour for
// which events are kept, a slow start shows as probes that failed from its
// beginning to its end, unless an initial delay left none to fail; a pod that
// became ready late without that had lost its readiness. Before, only the time
// between start and readiness is known.
func (s start) slow(p *audit.Pass, c *corev1.Container) bool {
	if s.took() > longestStart {
		return false
	}
	first := firstProbes(c)
	if !p.Within(s.ready, termination.EventsKept) || s.took() <= first {
		return true
	}
	failures, fromTheBeginning := 0, false
	for _, e := range p.EventsOf(&s.pod.Object) {
		if e.Probe == nil || e.Probe.Kind == inventory.Liveness || e.First.After(s.ready) {
			continue
		}
		failures += int(e.Count)
		fromTheBeginning = fromTheBeginning || !e.First.After(s.began.Add(first))
	}
	return fromTheBeginning && failures >= most*s.probesDuring(c)/100
}

// most is the percentage of the probes during a slow start that must be known to
// have failed. Not all are: events count too few, never too many.
const most = 75

// probesDuring returns for how many probes that readiness waits for the start had
// time, at the slowest of their periods.
func (s start) probesDuring(c *corev1.Container) int {
	var delay, period time.Duration
	for _, probe := range []*corev1.Probe{c.ReadinessProbe, c.StartupProbe} {
		if probe != nil {
			delay = max(delay, seconds(int64(probe.InitialDelaySeconds)))
			period = max(period, seconds(int64(probe.PeriodSeconds)))
		}
	}
	if period == 0 {
		return 0
	}
	return int((s.took() - delay) / period)
}

// firstProbes is the time after a start in which the first probes run that
// readiness waits for.
func firstProbes(c *corev1.Container) time.Duration {
	var latest time.Duration
	for _, probe := range []*corev1.Probe{c.ReadinessProbe, c.StartupProbe} {
		if probe != nil {
			latest = max(latest, seconds(int64(probe.InitialDelaySeconds)+int64(probe.PeriodSeconds)))
		}
	}
	return latest + startSlack
}
