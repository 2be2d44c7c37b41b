package inventory

import "slices"

// keepLast leaves, of objects that were read again, the last one: files may hold
// an object twice, and kubectl apply would end with the last. Controllers have
// replaced each other already.
func (c *collector) keepLast() {
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
	for about, events := range c.events {
		c.events[about] = lastByKey(events, func(e involvedEvent) string { return e.name })
	}
}

func lastOfEach[T interface{ Identity() *Object }](objects []T) []T {
	return lastByKey(objects, func(o T) string { return o.Identity().key() })
}

func lastByKey[T any](items []T, key func(T) string) []T {
	seen := map[string]bool{}
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
