package probes

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// detection is the time in which a probe finds out that something is dead: so
// many failures in a row.
func detection(p *corev1.Probe) time.Duration {
	return seconds(int64(p.PeriodSeconds) * int64(p.FailureThreshold))
}

// budget is the time that a probe allows from a container's start until it must
// have succeeded.
func budget(p *corev1.Probe) time.Duration { return inventory.ProbeBudget(p) }

func seconds(n int64) time.Duration { return inventory.ProbeSeconds(n) }

// failuresIn is the failureThreshold with which a probe of the given period
// allows so long.
func failuresIn(allowed time.Duration, period int32) int32 {
	each := seconds(int64(max(period, 1)))
	return int32((allowed + each - 1) / each)
}

// short writes a time as kubectl does.
func short(d time.Duration) string { return duration.HumanDuration(d) }
