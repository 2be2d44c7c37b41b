package availability

import (
	"fmt"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// scalable reports whether kubectl can change the workload's number of
// replicas, and a rollout or an autoscaler works on it.
func scalable(w *inventory.Workload) bool {
	return (w.Kind == "Deployment" || w.Kind == "StatefulSet") && w.Replicas != nil
}

// resource is how kubectl names the workload.
func resource(w *inventory.Workload) string { return strings.ToLower(w.Kind) + "/" + w.Name }

// maxNamed is how many Services a message names.
const maxNamed = 2

// services names those that select the workload, of which there are some.
func services(w *inventory.Workload) string { return namesOf(w.Services) }

func namesOf(services []*inventory.Service) string {
	names := serviceNames(services)
	switch n := len(names); {
	case n > maxNamed:
		return fmt.Sprintf("%d Services", n)
	case n > 1:
		return "Services " + strings.Join(names, ", ")
	}
	return "Service " + names[0]
}

func serviceNames(services []*inventory.Service) []string {
	names := make([]string, len(services))
	for i, s := range services {
		names[i] = s.Name
	}
	return names
}
