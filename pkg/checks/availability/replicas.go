package availability

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

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
func services(w *inventory.Workload) string {
	names := serviceNames(w)
	switch n := len(names); {
	case n > maxNamed:
		return fmt.Sprintf("%d Services", n)
	case n > 1:
		return "Services " + strings.Join(names, ", ")
	}
	return "Service " + names[0]
}

func serviceNames(w *inventory.Workload) []string {
	names := make([]string, len(w.Services))
	for i, s := range w.Services {
		names[i] = s.Name
	}
	return names
}

// sharesClaim reports whether all replicas mount one PersistentVolumeClaim. It
// may allow them on one node only, or not even together. A StatefulSet's have
// one each.
func sharesClaim(w *inventory.Workload) bool {
	return w.Kind == "Deployment" && slices.ContainsFunc(w.Templates, func(t *inventory.Template) bool {
		return slices.ContainsFunc(t.Spec.Volumes, func(v corev1.Volume) bool { return v.PersistentVolumeClaim != nil })
	})
}
