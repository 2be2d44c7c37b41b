package serving

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Names returns the names of Services.
func Names(services []*inventory.Service) []string {
	names := make([]string, len(services))
	for i, s := range services {
		names[i] = s.Name
	}
	return names
}

// Servers returns the containers of a template to which Services send traffic,
// and the names of those Services. There may be only Services: a container need
// not declare the port on which it listens.
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
