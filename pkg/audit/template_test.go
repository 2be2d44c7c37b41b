package audit

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func running(change func(*corev1.PodSpec)) *inventory.Workload {
	spec := corev1.PodSpec{
		InitContainers: []corev1.Container{{Name: "init", Image: "busybox"}},
		Containers:     []corev1.Container{{Name: "app", Image: "registry.example:5000/shop/web:v1", Args: []string{"--port", "80"}}},
	}
	change(&spec)
	return &inventory.Workload{Declared: &inventory.Template{Spec: spec}}
}

func TestTemplateOf(t *testing.T) {
	same := templateOf(running(func(*corev1.PodSpec) {}))
	for name, test := range map[string]struct {
		change func(*corev1.PodSpec)
		same   bool
	}{
		"another version":   {func(s *corev1.PodSpec) { s.Containers[0].Image = "registry.example:5000/shop/web:v2@sha256:0a" }, true},
		"no version":        {func(s *corev1.PodSpec) { s.Containers[0].Image = "registry.example:5000/shop/web" }, true},
		"other resources":   {func(s *corev1.PodSpec) { s.NodeName = "worker-7" }, true},
		"another image":     {func(s *corev1.PodSpec) { s.Containers[0].Image = "registry.example:5000/shop/api:v1" }, false},
		"another port":      {func(s *corev1.PodSpec) { s.Containers[0].Image = "registry.example:5001/shop/web:v1" }, false},
		"another argument":  {func(s *corev1.PodSpec) { s.Containers[0].Args[1] = "81" }, false},
		"arguments, joined": {func(s *corev1.PodSpec) { s.Containers[0].Args = []string{"--port80"} }, false},
		"another container": {func(s *corev1.PodSpec) { s.Containers[0].Name = "web" }, false},
		"no init container": {func(s *corev1.PodSpec) { s.InitContainers = nil }, false},
		"no longer an init container": {func(s *corev1.PodSpec) {
			s.Containers, s.InitContainers = append(s.InitContainers, s.Containers...), nil
		}, false},
	} {
		if got := templateOf(running(test.change)); (got == same) != test.same {
			t.Errorf("%s: %s and %s", name, same, got)
		}
	}
	if got := templateOf(&inventory.Workload{}); got != "" {
		t.Errorf("of what was not read: %q", got)
	}
}
