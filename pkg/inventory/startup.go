package inventory

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// ReadinessGatesNotReady is the reason of the condition Ready of a pod whose
// containers are ready.
const ReadinessGatesNotReady = "ReadinessGatesNotReady"

// Starting reports whether a container of the pod takes no longer than its
// startup probe allows. A run after the first one gets no time of its own once
// the pod has been unready for that long.
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

// ProbeBudget is the time that a probe allows from a container's start until it
// must have succeeded.
func ProbeBudget(p *corev1.Probe) time.Duration {
	return ProbeSeconds(int64(p.InitialDelaySeconds) + int64(p.PeriodSeconds)*int64(p.FailureThreshold))
}

// ProbeSeconds is a time that a probe's numbers make: the API bounds none of
// them, and a Duration holds less than their products. It is at most a year.
func ProbeSeconds(n int64) time.Duration {
	const year = 365 * 24 * 60 * 60
	return time.Duration(min(n, year)) * time.Second
}
