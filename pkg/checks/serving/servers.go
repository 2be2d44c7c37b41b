package serving

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Servers are the containers of a template to which Services lead traffic, and
// the names of those Services. There may be Services alone: a container need
// not declare the port that it listens on.
func Servers(w *inventory.Workload, t *inventory.Template) (containers []*corev1.Container, services []string) {
	if len(w.Services) == 0 {
		return nil, nil
	}
	for _, r := range routes(w, t, ways(w)) {
		if !slices.Contains(services, r.service.Name) {
			services = append(services, r.service.Name)
		}
		for _, c := range r.servers(t) {
			if !slices.Contains(containers, c) {
				containers = append(containers, c)
			}
		}
	}
	return containers, services
}
