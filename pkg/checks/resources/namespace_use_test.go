package resources

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func requesting(cpu, memory string) corev1.Container {
	requests := corev1.ResourceList{}
	for name, value := range map[corev1.ResourceName]string{corev1.ResourceCPU: cpu, corev1.ResourceMemory: memory} {
		if value != "" {
			requests[name] = resource.MustParse(value)
		}
	}
	return corev1.Container{Resources: corev1.ResourceRequirements{Requests: requests}}
}

func templateOf(containers ...corev1.Container) *inventory.Template {
	return &inventory.Template{Spec: corev1.PodSpec{Containers: containers}}
}

// The proposed quota must not refuse what runs: it bounds only what every
// container requests.
func TestProposedQuota(t *testing.T) {
	three := int32(3)
	running := templateOf(requesting("100m", "1Gi"))
	for _, test := range []struct {
		name     string
		workload inventory.Workload
		want     string
	}{
		{"replicas that are asked for", inventory.Workload{Replicas: &three, Templates: []*inventory.Template{running}},
			"pods=6,requests.cpu=600m,requests.memory=6Gi"},
		{"pods that run", inventory.Workload{Replicas: &three, Templates: []*inventory.Template{running},
			Pods: []*inventory.Pod{
				{Template: running, PodException: &inventory.PodException{}},
				{Template: running, PodException: &inventory.PodException{}, Phase: corev1.PodFailed},
			}}, "pods=2,requests.cpu=200m,requests.memory=2Gi"},
		{"one that was resized", inventory.Workload{Templates: []*inventory.Template{running}, Pods: []*inventory.Pod{
			{Template: running, PodException: &inventory.PodException{}},
			{Template: running, PodException: &inventory.PodException{Resources: &inventory.PodResources{Requests: requesting("1", "3Gi").Resources.Requests}}},
		}}, "pods=4,requests.cpu=2200m,requests.memory=8Gi"},
		{"scaled to none", inventory.Workload{Replicas: new(int32), Templates: []*inventory.Template{running}}, "pods=2"},
		{"one without memory", inventory.Workload{Templates: []*inventory.Template{
			templateOf(requesting("100m", "1Gi"), requesting("100m", ""))}}, "pods=2,requests.cpu=400m"},
		{"nothing requested", inventory.Workload{Templates: []*inventory.Template{templateOf(corev1.Container{})}}, "pods=2"},
		{"the pod's requests", inventory.Workload{Templates: []*inventory.Template{{Spec: corev1.PodSpec{
			Resources: &corev1.ResourceRequirements{Requests: requesting("1", "1G").Resources.Requests}, Containers: []corev1.Container{{}},
		}}}}, "pods=2,requests.cpu=2,requests.memory=2G"},
	} {
		sum := useOf([]*inventory.Workload{&test.workload})
		if got := sum.twice(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
