package serving

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The pod has an app on 8080, which it calls http, and a proxy on 9090 and on UDP 53.
func TestServers(t *testing.T) {
	template := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{
		{Name: "app", Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}}},
		{Name: "proxy", Ports: []corev1.ContainerPort{{Name: "admin", ContainerPort: 9090}, {ContainerPort: 53, Protocol: corev1.ProtocolUDP}}},
	}}}
	number := func(n int32) corev1.ServicePort { return corev1.ServicePort{Port: 80, TargetPort: intstr.FromInt32(n)} }
	name := func(s string) corev1.ServicePort {
		return corev1.ServicePort{Port: 80, TargetPort: intstr.FromString(s)}
	}
	over := func(p corev1.Protocol, port corev1.ServicePort) corev1.ServicePort { port.Protocol = p; return port }
	for what, test := range map[string]struct {
		ports       []corev1.ServicePort
		publishes   bool
		want, leads []string
	}{
		"a number":                    {[]corev1.ServicePort{number(8080)}, false, []string{"app"}, []string{"web"}},
		"a name":                      {[]corev1.ServicePort{name("admin")}, false, []string{"proxy"}, []string{"web"}},
		"the port of the Service":     {[]corev1.ServicePort{{Port: 8080}}, false, []string{"app"}, []string{"web"}},
		"two ports of two containers": {[]corev1.ServicePort{name("http"), number(9090)}, false, []string{"app", "proxy"}, []string{"web"}},
		"two ports of one":            {[]corev1.ServicePort{name("http"), number(8080)}, false, []string{"app"}, []string{"web"}},
		"another protocol":            {[]corev1.ServicePort{over(corev1.ProtocolUDP, number(8080))}, false, nil, []string{"web"}},
		"that protocol":               {[]corev1.ServicePort{over(corev1.ProtocolUDP, number(53))}, false, []string{"proxy"}, []string{"web"}},
		"a port that nobody declares": {[]corev1.ServicePort{number(7070)}, false, nil, []string{"web"}},
		"no port":                     {nil, false, nil, []string{"web"}},
		"pods that are not ready":     {[]corev1.ServicePort{number(8080)}, true, nil, nil},
	} {
		s := &inventory.Service{Object: inventory.Object{Name: "web"}, Ports: test.ports, PublishesNotReady: test.publishes}
		containers, services := Servers(&inventory.Workload{Services: []*inventory.Service{s}}, template)
		var got []string
		for _, c := range containers {
			got = append(got, c.Name)
		}
		if !slices.Equal(got, test.want) || !slices.Equal(services, test.leads) {
			t.Errorf("%s: %q behind %q, want %q behind %q", what, got, services, test.want, test.leads)
		}
	}
	if containers, services := Servers(&inventory.Workload{}, template); containers != nil || services != nil {
		t.Errorf("without a Service: %v, %q", containers, services)
	}
}
