package availability

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// scalable reports whether kubectl can change the workload's number of
// replicas, and a rollout or an autoscaler works on it.
func scalable(w *inventory.Workload) bool {
	return (w.Kind == "Deployment" || w.Kind == "StatefulSet") && w.Replicas != nil
}

// maxNamed limits how many Services a message names.
const maxNamed = 2

// namesOf names one Service or more.
func namesOf(services []*inventory.Service) string {
	names := serving.Names(services)
	switch n := len(names); {
	case n > maxNamed:
		return fmt.Sprintf("%d Services", n)
	case n > 1:
		return "Services " + strings.Join(names, ", ")
	}
	return "Service " + names[0]
}

// aloneBehind returns the Services that send traffic to no other workload's pods, and to none
// that a custom resource makes.
func aloneBehind(w *inventory.Workload) []*inventory.Service {
	return slices.DeleteFunc(slices.Clone(w.Services), func(s *inventory.Service) bool { return len(s.Makers) > 0 || othersBehind(s, w) })
}

// othersBehind reports whether a Service also sends traffic to another workload that asks
// for pods or has some.
func othersBehind(s *inventory.Service, w *inventory.Workload) bool {
	return slices.ContainsFunc(s.Workloads, func(other *inventory.Workload) bool {
		switch {
		case other == w || other.RunsToCompletion():
			return false
		case other.Replicas != nil:
			return *other.Replicas > 0
		}
		return other.Kind == "DaemonSet" || len(other.Judged()) > 0
	})
}
