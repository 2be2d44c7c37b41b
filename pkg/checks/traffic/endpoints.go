package traffic

import (
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// endpoints are the endpoints of a Service that are not being removed.
type endpoints struct {
	serving int
	// idle are the pods of the others.
	idle []*inventory.Pod
}

func (e endpoints) count() int { return e.serving + len(e.idle) }

// endpointsOf counts in one address type, the one with the most endpoints: a
// dual-stack Service has each of them twice.
func endpointsOf(s *inventory.Service) endpoints {
	var most endpoints
	for _, ofType := range byAddressType(s.Slices) {
		var e endpoints
		for _, slice := range ofType {
			for i := range slice.Endpoints {
				e.add(s, &slice.Endpoints[i])
			}
		}
		if e.count() > most.count() {
			most = e
		}
	}
	return most
}

func (e *endpoints) add(s *inventory.Service, endpoint *inventory.Endpoint) {
	switch {
	case endpoint.Terminating:
	case endpoint.Serving:
		e.serving++
	default:
		// One without a pod was written before the pod went.
		if pod := s.PodNamed(endpoint.PodName); pod != nil && !pod.Deleting() {
			e.idle = append(e.idle, pod)
		}
	}
}

// idleSince returns when a pod stopped being ready, or was created if it never
// was.
func idleSince(pod *inventory.Pod) time.Time {
	if pod.Ready.Since.IsZero() {
		return pod.Created
	}
	return pod.Ready.Since
}

// settled reports whether the pods of a Service have not changed for a while:
// none appeared, disappeared or changed its readiness.
func settled(p *audit.Pass, s *inventory.Service, grace time.Duration) bool {
	return !slices.ContainsFunc(s.Pods, func(pod *inventory.Pod) bool {
		return pod.Deleting() || p.Within(pod.Created, grace) || p.Within(idleSince(pod), grace)
	})
}

// wanted returns the number of pods that the workloads behind a Service ask for;
// unknown if the kind of one of them has no such number.
func wanted(s *inventory.Service) (n int, known bool) {
	for _, w := range s.Workloads {
		switch {
		case w.Rollout != nil:
			n += int(w.Rollout.Desired)
		case w.Replicas != nil:
			n += int(*w.Replicas)
		default:
			return 0, false
		}
	}
	return n, len(s.Workloads) > 0
}
