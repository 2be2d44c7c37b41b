package inventory

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// ReadinessGatesNotReady is the reason of the condition Ready if all containers
// are ready but a readiness gate is not.
const ReadinessGatesNotReady = "ReadinessGatesNotReady"

// Starting reports whether a container of the pod is still within the time that
// its startup probe allows. A later run gets no time of its own once the pod has
// been unready for that long.
func (p *Pod) Starting(c *Container, now time.Time) bool {
	if !c.Starting || p.Template == nil {
		return false
	}
	spec := p.Template.Container(c.Name)
	if spec == nil || spec.StartupProbe == nil {
		return false
	}
	since := c.RunningSince
	if c.Restarts > 0 && p.Ready.Is(corev1.ConditionFalse) && !p.Ready.Since.IsZero() && p.Ready.Since.Before(since) {
		since = p.Ready.Since
	}
	return now.Sub(since) <= ProbeBudget(spec.StartupProbe)
}

// ProbeBudget returns the time that a probe allows from a container's start
// until it must have succeeded.
func ProbeBudget(p *corev1.Probe) time.Duration {
	return ProbeSeconds(int64(p.InitialDelaySeconds) + int64(p.PeriodSeconds)*int64(p.FailureThreshold))
}

// ProbeSeconds converts the product of a probe's numbers into a time of at most
// a year. The API limits none of the numbers, and their product may not fit a
// Duration.
func ProbeSeconds(n int64) time.Duration {
	const year = 365 * 24 * 60 * 60
	return time.Duration(min(n, year)) * time.Second
}
