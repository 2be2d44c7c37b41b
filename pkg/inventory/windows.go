package inventory

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// osLabels are the labels of a node that name its operating system.
var osLabels = []string{corev1.LabelOSStable, "beta.kubernetes.io/os"}

// Windows reports whether the containers are for Windows: the spec says so or
// admits only such nodes, or a pod runs on one.
func (t *Template) Windows() bool {
	s := &t.Spec
	if s.OS != nil {
		return s.OS.Name == corev1.Windows
	}
	_, build := s.NodeSelector[corev1.LabelWindowsBuild]
	return t.WindowsNode || build || requiresWindows(s.Affinity) || slices.ContainsFunc(osLabels, func(label string) bool {
		return s.NodeSelector[label] == string(corev1.Windows)
	})
}

// requiresWindows reports whether every alternative of the affinity requires
// Windows.
func requiresWindows(a *corev1.Affinity) bool {
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return false
	}
	terms := a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	return len(terms) > 0 && !slices.ContainsFunc(terms, func(term corev1.NodeSelectorTerm) bool {
		return !slices.ContainsFunc(term.MatchExpressions, func(r corev1.NodeSelectorRequirement) bool {
			return slices.Contains(osLabels, r.Key) && r.Operator == corev1.NodeSelectorOpIn &&
				slices.Equal(r.Values, []string{string(corev1.Windows)})
		})
	})
}
