package probes

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// kind is one of a container's three probes, as messages name it.
type kind string

const (
	liveness  kind = "liveness"
	readiness kind = "readiness"
	startup   kind = "startup"
)

// unhealthy is what an event tells of failed probes. The count is a lower bound.
type unhealthy struct {
	*inventory.Event
	probe kind
	// detail is what the probe got for an answer.
	detail string
}

// readUnhealthy reads the kubelet's "Readiness probe failed: …" or "Liveness
// probe errored and resulted in unknown state: …".
func readUnhealthy(e *inventory.Event) (unhealthy, bool) {
	if e.Reason != "Unhealthy" {
		return unhealthy{}, false
	}
	// Events of one pod that differ only in their message are joined.
	message := strings.TrimPrefix(e.Message, "(combined from similar events): ")
	name, rest, _ := strings.Cut(message, " probe ")
	u := unhealthy{Event: e}
	switch name {
	case "Liveness":
		u.probe = liveness
	case "Readiness":
		u.probe = readiness
	case "Startup":
		u.probe = startup
	default:
		return unhealthy{}, false
	}
	outcome, detail, _ := strings.Cut(rest, ": ")
	if outcome != "failed" && !strings.HasPrefix(outcome, "errored") {
		return unhealthy{}, false
	}
	u.detail = strings.TrimSpace(detail)
	return u, true
}

// timedOut reports whether the probe got no answer in time. What a command
// prints may well speak of timeouts of its own, and is no sign.
func (u unhealthy) timedOut(exec bool) bool {
	if exec {
		return strings.HasPrefix(u.detail, "command timed out") ||
			strings.HasPrefix(u.detail, `command "`) && strings.Contains(u.detail, `" timed out`) ||
			strings.HasPrefix(u.detail, "rpc error: code = DeadlineExceeded")
	}
	for _, sign := range []string{"context deadline exceeded", "Client.Timeout", "i/o timeout", "timed out"} {
		if strings.Contains(u.detail, sign) {
			return true
		}
	}
	return false
}

const (
	// eventsKept is how long the API server keeps an event that does not come
	// again.
	eventsKept = time.Hour
	// startGrace is how long after a container's start a probe may fail: most
	// programs take a while until they answer.
	startGrace = time.Minute
)

// unhealthyOf are the failed probes of a pod in the last hour, but for those of
// a start.
func unhealthyOf(p *audit.Pass, pod *inventory.Pod) []unhealthy {
	var all []unhealthy
	for _, e := range p.EventsOf(&pod.Object) {
		if u, ok := readUnhealthy(e); ok && p.Within(e.Last, eventsKept) && !u.duringStart(pod) {
			all = append(all, u)
		}
	}
	return all
}

// duringStart reports whether all the failures are from the start of the present
// run of the container.
func (u unhealthy) duringStart(pod *inventory.Pod) bool {
	probed := u.probedBy(pod.Template)
	if probed == nil {
		return false
	}
	c := statusOf(pod, probed.Name)
	return c != nil && !c.RunningSince.IsZero() &&
		!u.First.Before(c.RunningSince) && u.Last.Sub(c.RunningSince) <= startGrace
}

// withoutEvents is the verdict where only events could tell, and not all of them
// were read.
func withoutEvents(p *audit.Pass) audit.Verdict {
	return audit.Unknown(string(inventory.Events) + ": " + p.Read(inventory.Events).Reason)
}

// statusOf is the state of a pod's container, nil if there is none.
func statusOf(pod *inventory.Pod, name string) *inventory.Container {
	for i := range pod.Containers {
		if pod.Containers[i].Name == name {
			return &pod.Containers[i]
		}
	}
	return nil
}

// probed reports whether any container of the template has a probe.
func probed(t *inventory.Template) bool {
	return slices.ContainsFunc(t.Spec.Containers, hasProbe) || slices.ContainsFunc(t.Spec.InitContainers, hasProbe)
}

func hasProbe(c corev1.Container) bool {
	return c.LivenessProbe != nil || c.ReadinessProbe != nil || c.StartupProbe != nil
}

// probedBy is the container whose probe failed: the one that the event names, or
// where it names none of the template, the only one that has such a probe.
func (u unhealthy) probedBy(t *inventory.Template) *corev1.Container {
	if c := t.Container(u.Container); c != nil {
		return c
	}
	var only *corev1.Container
	for _, c := range t.LongRunning() {
		if probeOf(c, u.probe) == nil {
			continue
		}
		if only != nil {
			return nil
		}
		only = c
	}
	return only
}

// probeOf is one of a container's probes, nil if it has none of that kind.
func probeOf(c *corev1.Container, k kind) *corev1.Probe {
	switch k {
	case liveness:
		return c.LivenessProbe
	case readiness:
		return c.ReadinessProbe
	}
	return c.StartupProbe
}
