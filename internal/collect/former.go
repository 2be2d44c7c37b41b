package collect

import "github.com/prodcheck/kubectl-prodcheck/pkg/inventory"

// markFormer marks the Warnings about pods that are not there any more.
func (c *Collector) markFormer() {
	type pod struct{ namespace, name string }
	about := map[pod]bool{}
	for _, e := range c.events {
		if e.Regarding.Kind == "Pod" {
			about[pod{e.Regarding.Namespace, e.Regarding.Name}] = true
		}
	}
	present := map[pod]*inventory.Pod{}
	for _, p := range c.pods {
		if name := (pod{p.Namespace, p.Name}); about[name] {
			present[name] = p
		}
	}
	for _, e := range c.events {
		if e.Regarding.Kind == "Pod" {
			p := present[pod{e.Regarding.Namespace, e.Regarding.Name}]
			// A StatefulSet's pods reuse names.
			e.Former = p == nil || e.Regarding.UID != "" && p.UID != "" && e.Regarding.UID != p.UID
		}
	}
}
