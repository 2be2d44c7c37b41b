package inventory

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestInjected(t *testing.T) {
	template := func(names ...string) *Template {
		t := &Template{}
		for _, name := range names {
			t.Spec.Containers = append(t.Spec.Containers, corev1.Container{Name: name})
		}
		return t
	}
	marked := template("app", "istio-proxy")
	marked.Injected = []string{"istio-proxy", "istio-init"}
	gateway := template("istio-proxy")
	gateway.Injected = marked.Injected
	for _, test := range []struct {
		name     string
		workload Workload
		proxy    bool
	}{
		{"not in the template", Workload{Declared: template("app"), Templates: []*Template{template("app", "istio-proxy")}}, true},
		{"in the template", Workload{Declared: template("app", "istio-proxy"), Templates: []*Template{marked}}, false},
		{"marked", Workload{Templates: []*Template{marked}}, true},
		{"not marked", Workload{Templates: []*Template{template("app", "istio-proxy")}}, false},
		{"a gateway", Workload{Templates: []*Template{gateway}}, false},
		{"not in the pods", Workload{Declared: template("app"), Templates: []*Template{template("app")}}, false},
	} {
		if got := test.workload.Injected("istio-proxy"); got != test.proxy {
			t.Errorf("%s: %v", test.name, got)
		}
		if test.workload.Injected("app") {
			t.Errorf("%s: the app", test.name)
		}
	}
}

func TestWindows(t *testing.T) {
	required := func(values ...string) *corev1.Affinity {
		return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
			NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
				{Key: "kubernetes.io/os", Operator: corev1.NodeSelectorOpIn, Values: values},
			}}},
		}}}
	}
	for _, test := range []struct {
		name string
		spec corev1.PodSpec
		want bool
	}{
		{"nothing", corev1.PodSpec{}, false},
		{"os", corev1.PodSpec{OS: &corev1.PodOS{Name: corev1.Windows}}, true},
		{"another os", corev1.PodSpec{OS: &corev1.PodOS{Name: corev1.Linux}, NodeSelector: map[string]string{"kubernetes.io/os": "windows"}}, false},
		{"selector", corev1.PodSpec{NodeSelector: map[string]string{"kubernetes.io/os": "windows"}}, true},
		{"old selector", corev1.PodSpec{NodeSelector: map[string]string{"beta.kubernetes.io/os": "windows"}}, true},
		{"affinity", corev1.PodSpec{Affinity: required("windows")}, true},
		{"either", corev1.PodSpec{Affinity: required("linux", "windows")}, false},
	} {
		if got := (&Template{Spec: test.spec}).Windows(); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
