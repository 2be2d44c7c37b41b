package resources

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// use is the sum of what workloads request.
type use struct {
	pods        int64
	cpu, memory resource.Quantity
	// wholly says for each resource whether every container requests it:
	// otherwise a quota for it would keep the others from being created.
	wholly map[corev1.ResourceName]bool
}

func useOf(workloads []*inventory.Workload) use {
	u := use{wholly: map[corev1.ResourceName]bool{corev1.ResourceCPU: true, corev1.ResourceMemory: true}}
	requests, pods := corev1.ResourceList{}, map[*inventory.Template]int64{}
	for _, w := range workloads {
		clear(pods)
		countPods(pods, w)
		for _, t := range w.Templates {
			requests = podRequestsInto(requests, t)
			u.add(t, requests, pods[t])
		}
		for _, p := range w.Judged() {
			if p.Resources != nil {
				u.add(p.Template, p.Resources.Requests, 1)
			}
		}
	}
	return u
}

// countPods counts, by template, the pods that run or, if none does, the
// requested replicas.
func countPods(pods map[*inventory.Template]int64, w *inventory.Workload) {
	running := w.Judged()
	for _, p := range running {
		if p.Resources == nil {
			pods[p.Template]++
		}
	}
	if len(running) == 0 {
		pods[w.Templates[0]] = 1
		if w.Replicas != nil {
			pods[w.Templates[0]] = int64(max(*w.Replicas, 0))
		}
	}
}

func (u *use) add(t *inventory.Template, requests corev1.ResourceList, pods int64) {
	u.pods += pods
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		sum := &u.cpu
		if name == corev1.ResourceMemory {
			sum = &u.memory
		}
		each := requests[name]
		each.Mul(pods)
		sum.Add(each)
		if pod := t.Spec.Resources; pod != nil && isSet(pod.Requests, name) {
			continue
		}
		if slices.ContainsFunc(t.All(), func(c *corev1.Container) bool { return !isSet(c.Resources.Requests, name) }) {
			u.wholly[name] = false
		}
	}
}

func (u *use) evidence(workloads int) api.Evidence {
	return api.Evidence{
		"workloads": workloads, "pods": int(u.pods),
		"requestedCPU": u.cpu.String(), "requestedMemory": u.memory.String(),
	}
}

// twice is a quota of twice the use, in the form of kubectl create quota.
func (u *use) twice() string {
	hard := "pods=" + strconv.FormatInt(2*max(u.pods, 1), 10)
	for _, bound := range []struct {
		name corev1.ResourceName
		sum  resource.Quantity
	}{{corev1.ResourceCPU, u.cpu}, {corev1.ResourceMemory, u.memory}} {
		if u.wholly[bound.name] && bound.sum.Sign() > 0 {
			bound.sum.Mul(2)
			hard += ",requests." + string(bound.name) + "=" + bound.sum.String()
		}
	}
	return hard
}
