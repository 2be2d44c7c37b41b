package stability

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// isStaticManifest reports whether a manifest is written for a kubelet's own
// directory, as those of a control plane are. No field says so: all signs must
// agree. From a server, the annotation of mirror pods says it.
func isStaticManifest(p *inventory.Pod) bool {
	s := &p.Template.Spec
	return p.UID == "" && p.Namespace == metav1.NamespaceSystem && s.HostNetwork &&
		strings.HasPrefix(s.PriorityClassName, "system-") && !usesScheduler(s) && !refersToAPI(s) &&
		slices.ContainsFunc(s.Volumes, ofControlPlane)
}

// usesScheduler reports whether the pod asks for a node. A static pod runs where
// its file is.
func usesScheduler(s *corev1.PodSpec) bool {
	return s.NodeName != "" || len(s.NodeSelector) > 0 || s.Affinity != nil
}

// refersToAPI reports whether the pod refers to other objects, which a static
// pod must not.
func refersToAPI(s *corev1.PodSpec) bool {
	return s.ServiceAccountName != "" || slices.ContainsFunc(s.Volumes, func(v corev1.Volume) bool {
		return v.ConfigMap != nil || v.Secret != nil || v.Projected != nil || v.PersistentVolumeClaim != nil || v.Ephemeral != nil
	})
}

func ofControlPlane(v corev1.Volume) bool {
	return v.HostPath != nil && strings.HasPrefix(v.HostPath.Path+"/", "/etc/kubernetes/")
}
