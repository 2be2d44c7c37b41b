package traffic

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// readyBy returns the earliest of the times by which the pod must have been ready
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

// rolledOut returns when all pods that a Deployment had were ready, zero if it
// does not say.
func rolledOut(w *inventory.Workload) time.Time {
	if w.Rollout == nil || !w.Rollout.Completed() {
		return time.Time{}
	}
	return w.Rollout.Progressing.Since
}

// readinessBudget returns the most demanding readiness probe of a pod, and the
// time that its probes allow for a start.
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

// startAllowance returns the time after which a start no longer explains that a
// pod becomes ready: three times the start of its fastest sibling, within bounds.
// Siblings that changed within the last hour may be flapping themselves, like the
// pod.
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
