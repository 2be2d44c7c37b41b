package collect

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// KeepLast leaves, of objects that were read again, the last one: files may hold
// an object twice, and kubectl apply would end with the last. Controllers have
// replaced each other already.
func (c *Collector) KeepLast() {
	c.pods = lastOfEach(c.pods)
	c.services = lastOfEach(c.services)
	c.slices = lastOfEach(c.slices)
	c.budgets = lastOfEach(c.budgets)
	c.autoscalers = lastOfEach(c.autoscalers)
	c.nodes = lastOfEach(c.nodes)
	c.quotas = lastOfEach(c.quotas)
	c.ranges = lastOfEach(c.ranges)
	c.routes = lastOfEach(c.routes)
	c.policies = lastOfEach(c.policies)
	c.configs = withoutDoubtfulKeys(c.configs)
	c.events = lastByKey(c.events, func(e *inventory.Event) eventKey {
		return eventKey{e.Regarding.Kind, e.Regarding.Namespace, e.Regarding.Name, e.Name}
	})
}

// withoutDoubtfulKeys leaves the last of each, and no keys where they differ: files
// may hold two for different installations.
func withoutDoubtfulKeys(configs []*inventory.ConfigSource) []*inventory.ConfigSource {
	last := lastOfEach(configs)
	if len(last) == len(configs) {
		return last
	}
	byKey := map[string]*inventory.ConfigSource{}
	for _, s := range last {
		byKey[keyOf(&s.Object)] = s
	}
	for _, s := range configs {
		if kept := byKey[keyOf(&s.Object)]; !slices.Equal(s.Keys, kept.Keys) {
			kept.Keys = nil
		}
	}
	return last
}

type eventKey struct{ kind, namespace, about, name string }

func lastOfEach[T interface{ Identity() *inventory.Object }](objects []T) []T {
	return lastByKey(objects, func(o T) string { return keyOf(o.Identity()) })
}

func lastByKey[T any, K comparable](items []T, key func(T) K) []T {
	seen := map[K]bool{}
	kept := make([]T, 0, len(items))
	for _, item := range slices.Backward(items) {
		if k := key(item); !seen[k] {
			seen[k] = true
			kept = append(kept, item)
		}
	}
	if len(kept) == len(items) {
		return items
	}
	slices.Reverse(kept)
	return kept
}
