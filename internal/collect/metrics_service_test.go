package collect

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func TestMetricsOnly(t *testing.T) {
	for _, test := range []struct {
		name, ports string
		want        bool
	}{
		{"keeper-metrics", "https", true},
		{"controller-manager-metrics-service", "https", true},
		{"kube-state-metrics", "http", true},
		{"keeper", "http-metrics", true},
		{"keeper", "metrics prom", true},
		{"keeper", "/metrics", true},
		{"keeper", "http metrics", false},
		{"keeper", "", false},
		{"keeper", "http", false},
		{"metrics-server", "https", false},
		{"custom-metrics-apiserver", "https", false},
		{"prometheus", "prometheus", false},
		{"metrics", "metrics", false},
	} {
		service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: test.name}}
		for _, port := range strings.Fields(test.ports) {
			p := corev1.ServicePort{Name: port}
			if target, unnamed := strings.CutPrefix(port, "/"); unnamed {
				p = corev1.ServicePort{TargetPort: intstr.FromString(target)}
			}
			service.Spec.Ports = append(service.Spec.Ports, p)
		}
		if got := metricsOnly(service); got != test.want {
			t.Errorf("Service %s with ports %q: metrics only is %v, want %v", test.name, test.ports, got, test.want)
		}
	}
}
