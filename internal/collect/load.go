package collect

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// loadNodes adds what pods ask of their nodes: those of other shards and portions are
// counted with these.
func (b *builder) loadNodes() {
	var asked map[*inventory.Template]podLoad
	namespace := ""
	for _, p := range b.pods {
		if asked == nil || p.Namespace != namespace {
			// No other namespace has these templates.
			asked, namespace = map[*inventory.Template]podLoad{}, p.Namespace
		}
		n := b.inv.Node(p.Node)
		if n == nil || p.Finished() || !b.inv.Scope.Shard.Owns(p.Namespace) {
			continue
		}
		load := loadOf(p, asked)
		n.Load.Pods++
		n.Load.MemoryLimits += load.memoryLimit
		n.Load.Requests.Add(load.requests)
		if movable(p) {
			n.Load.Movable.Add(load.requests)
		}
		if p.Deleting() {
			n.Load.Add(inventory.Load{Deleted: []inventory.DeletedPod{{Namespace: p.Namespace, Name: p.Name, At: p.Deletion.At}}})
		}
	}
}

type podLoad struct {
	requests    inventory.Amounts
	memoryLimit int64
}

// loadOf computes the load of a template once: most pods share theirs.
func loadOf(p *inventory.Pod, asked map[*inventory.Template]podLoad) podLoad {
	if own := p.Resources; own != nil {
		return podLoadOf(own.Requests, own.Limits)
	}
	known, found := asked[p.Template]
	if !found {
		pod := &corev1.Pod{Spec: p.Template.Spec}
		known = podLoadOf(resource.PodRequests(pod, resource.PodResourcesOptions{}), resource.PodLimits(pod, resource.PodResourcesOptions{}))
		asked[p.Template] = known
	}
	return known
}

func podLoadOf(requests, limits corev1.ResourceList) podLoad {
	return podLoad{inventory.Amounts{MilliCPU: requests.Cpu().MilliValue(), Memory: requests.Memory().Value()}, limits.Memory().Value()}
}

// movable reports whether a pod would run on another node if its own failed: pods
// of DaemonSets and static pods end with theirs.
func movable(p *inventory.Pod) bool {
	return !p.Mirror && !p.Deleting() && (p.Owner == nil || p.Owner.Kind != "DaemonSet")
}
