package collect

import (
	"fmt"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// decoded returns a string with memory of its own, as a decoder does.
func decoded(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func owned(kind, name string) []metav1.OwnerReference {
	controller := true
	return []metav1.OwnerReference{{
		APIVersion: "apps/v1", Kind: kind, Name: decoded("%s", name), UID: types.UID(decoded("uid-%s", name)), Controller: &controller,
	}}
}

func replica(replicaSet string, i int, memory string) *corev1.Pod {
	name := fmt.Sprintf("%s-%d", replicaSet, i)
	p := corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: decoded("%s", "shop"), Name: name, UID: types.UID("uid-" + name), OwnerReferences: owned("ReplicaSet", replicaSet),
		Labels: map[string]string{"app": decoded("%s", "cart")},
	}}
	p.Spec.Containers = []corev1.Container{{Name: "app"}}
	p.Spec.NodeName = decoded("node-%d", 1)
	p.Spec.Containers[0].Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(memory)}
	p.Status = corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{
		Name: "app", Image: decoded("cart:%d", 1), State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
	}}}
	return &p
}

// one reports whether two strings use the same memory.
func one(a, b string) bool { return unsafe.StringData(a) == unsafe.StringData(b) }

func TestPodsShareWhatTheyRepeat(t *testing.T) {
	c := New()
	for _, replicaSet := range []string{"cart-1", "shop-1"} {
		for i := range 2 {
			c.Add(replica(replicaSet, i, "64Mi"), Unsaid{})
		}
	}
	first, sibling, other := c.pods[0], c.pods[1], c.pods[2]
	if first.Owner != sibling.Owner || first.Owner == other.Owner {
		t.Error("pods do not share just their owner")
	}
	for _, p := range []*inventory.Pod{sibling, other} {
		if !one(first.Namespace, p.Namespace) || !one(first.Node, p.Node) || !one(first.Containers[0].Image, p.Containers[0].Image) {
			t.Errorf("%s has strings of its own", p.Name)
		}
		if first.PodException != p.PodException || first.Containers[0].ContainerException != p.Containers[0].ContainerException {
			t.Errorf("%s is no ordinary pod", p.Name)
		}
		first.Labels["seen"] = p.Name
		if p.Labels["seen"] != p.Name {
			t.Errorf("%s has labels of its own", p.Name)
		}
	}
	limits := func(p *inventory.Pod) corev1.ResourceList { return p.Template.Spec.Containers[0].Resources.Limits }
	limits(first)["seen"] = resource.MustParse("1")
	if _, seen := limits(other)["seen"]; !seen {
		t.Error("equal limits are kept twice")
	}
}

// A manifest gets the defaults of its own namespace only.
func TestManifestsShareNoLimits(t *testing.T) {
	c := New()
	for _, namespace := range []string{"limited", "free"} {
		p := replica("cart-1", 0, "64Mi")
		p.Namespace, p.OwnerReferences, p.Status = namespace, nil, corev1.PodStatus{}
		c.Add(p, Unsaid{})
	}
	c.Add(&corev1.LimitRange{ObjectMeta: metav1.ObjectMeta{Namespace: "limited", Name: "defaults"}, Spec: corev1.LimitRangeSpec{
		Limits: []corev1.LimitRangeItem{{
			Type: corev1.LimitTypeContainer, Default: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1")},
		}},
	}}, Unsaid{})
	got := map[string]bool{}
	for _, w := range c.Build(inventory.Scope{}, nil).Workloads {
		_, got[w.Namespace] = w.Templates[0].Spec.Containers[0].Resources.Limits[corev1.ResourceCPU]
	}
	if diff := cmp.Diff(map[string]bool{"limited": true, "free": false}, got); diff != "" {
		t.Errorf("CPU limits, -want +got:\n%s", diff)
	}
}

// A controller's own template is kept only while none of its pods runs.
func TestOwnTemplates(t *testing.T) {
	for name, test := range map[string]struct {
		pods     []corev1.PodPhase
		deleting bool
		admitted bool
	}{
		"no pods":       {},
		"running":       {pods: []corev1.PodPhase{corev1.PodRunning}, admitted: true},
		"finished":      {pods: []corev1.PodPhase{corev1.PodFailed, corev1.PodSucceeded}},
		"both":          {pods: []corev1.PodPhase{corev1.PodRunning, corev1.PodFailed}, admitted: true},
		"being deleted": {pods: []corev1.PodPhase{corev1.PodRunning}, deleting: true},
	} {
		{
			c := New()
			c.Add(&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "cart", UID: "uid-cart"}, Spec: appsv1.DeploymentSpec{
				Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}}}},
			}}, Unsaid{})
			c.Add(&appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{
				Namespace: "shop", Name: "cart-1", UID: "uid-cart-1", OwnerReferences: owned("Deployment", "cart"),
			}}, Unsaid{})
			for i, phase := range test.pods {
				p := replica("cart-1", i, "64Mi")
				p.Status.Phase = phase
				if test.deleting {
					p.DeletionTimestamp = &metav1.Time{Time: time.Unix(0, 0)}
				}
				c.Add(p, Unsaid{})
			}
			workloads := c.Build(inventory.Scope{}, nil).Workloads
			if len(workloads) != 1 || len(workloads[0].Templates) != 1 || workloads[0].Templates[0].Admitted != test.admitted {
				t.Errorf("%s: %+v, want one template, admitted: %v", name, workloads, test.admitted)
			}
		}
	}
}
