package probes

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// detection is the time in which a probe finds out that something is dead:
// failureThreshold failures in a row.
func detection(p *corev1.Probe) time.Duration {
	return seconds(int64(p.PeriodSeconds) * int64(p.FailureThreshold))
}

// budget is the time after a container's start within which a probe must succeed.
func budget(p *corev1.Probe) time.Duration { return inventory.ProbeBudget(p) }

func seconds(n int64) time.Duration { return inventory.ProbeSeconds(n) }

// failuresIn returns the failureThreshold with which a probe of the given period
// allows this time.
func failuresIn(allowed time.Duration, period int32) int32 {
	each := seconds(int64(max(period, 1)))
	return int32((allowed + each - 1) / each)
}
