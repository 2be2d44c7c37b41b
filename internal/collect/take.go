package collect

import "github.com/prodcheck/kubectl-prodcheck/pkg/inventory"

// ShareLater saves time with facts that are given up soon: only once there are many
// templates they share their parts.
func (f *Facts) ShareLater() { f.shared.later = true }

// Take takes the facts of all namespaces that an API server lists before one, and
// returns them with those that matter in every namespace. It returns nil, and takes
// nothing, while there are fewer than atLeast, or fewer than matter everywhere: each
// inventory looks at all of these. Facts that are followed cannot be taken.
func (f *Facts) Take(before string, atLeast int) *Facts {
	f.mu.Lock()
	defer f.mu.Unlock()
	size := f.size()
	if size < f.takeAt {
		return nil
	}
	waits := f.waiting(before)
	goes := func(namespace string) bool {
		return namespace != "" && inventory.ListedBefore(namespace, before) && !waits[namespace]
	}
	everywhere := len(f.nodes) + len(f.policies) + len(f.monitors) + len(f.routes)
	if f.count(goes) < max(atLeast, everywhere) {
		// Namespaces may wait for others for long: to count them after each page would take more
		// and more time.
		f.takeAt = size + size/10
		return nil
	}
	f.takeAt = 0
	taken := New()
	taken.nodes, taken.classes, taken.imageSizes = f.nodes, f.classes, f.imageSizes
	taken.policies, taken.monitors = f.policies, f.monitors
	move(&f.pods, &taken.pods, goes)
	move(&f.controllers, &taken.controllers, goes)
	move(&f.services, &taken.services, goes)
	move(&f.slices, &taken.slices, goes)
	move(&f.budgets, &taken.budgets, goes)
	move(&f.autoscalers, &taken.autoscalers, goes)
	move(&f.quotas, &taken.quotas, goes)
	move(&f.ranges, &taken.ranges, goes)
	move(&f.routes, &taken.routes, goes)
	move(&f.configs, &taken.configs, goes)
	f.namespaces, taken.namespaces = divided(f.namespaces, func(n *inventory.Object) bool { return goes(n.Name) })
	f.events, taken.events = divided(f.events, func(e *inventory.Event) bool { return goes(e.Regarding.Namespace) })
	for of := range f.templates {
		if goes(of.owner.namespace) {
			delete(f.templates, of)
		}
	}
	f.shared.forget()
	return taken
}

// waiting returns the namespaces before one that wait for others: those of a route and
// of what is behind it are judged together, and so are all that routes join to them.
func (f *Facts) waiting(before string) map[string]bool {
	joined := map[string]string{}
	var group func(namespace string) string
	group = func(namespace string) string {
		with, known := joined[namespace]
		if !known || with == namespace {
			joined[namespace] = namespace
			return namespace
		}
		joined[namespace] = group(with)
		return joined[namespace]
	}
	for _, r := range f.routes {
		for i := range r.Backends {
			if behind := r.Backends[i].Namespace; behind != r.Namespace {
				joined[group(r.Namespace)] = group(behind)
			}
		}
	}
	later := map[string]bool{}
	for namespace := range joined {
		if !inventory.ListedBefore(namespace, before) {
			later[group(namespace)] = true
		}
	}
	waits := map[string]bool{}
	for namespace := range joined {
		if later[group(namespace)] {
			waits[namespace] = true
		}
	}
	return waits
}

func (f *Facts) size() int {
	n := 0
	for _, l := range f.lists() {
		n += l.size()
	}
	return n
}

// count counts the objects in some namespaces.
func (f *Facts) count(in func(namespace string) bool) int {
	n := 0
	for _, l := range f.lists() {
		for at := range l.size() {
			if in(l.identity(at).Namespace) {
				n++
			}
		}
	}
	return n
}

func move[T interface{ Identity() *inventory.Object }](from, to *list[T], goes func(namespace string) bool) {
	*from, *to = divided(*from, func(fact T) bool { return goes(fact.Identity().Namespace) })
}

// divided returns the facts that stay, in the same memory, and those that go.
func divided[L ~[]T, T any](facts L, goes func(T) bool) (stay, gone L) {
	stay = facts[:0]
	for _, fact := range facts {
		if goes(fact) {
			gone = append(gone, fact)
		} else {
			stay = append(stay, fact)
		}
	}
	clear(facts[len(stay):])
	return stay, gone
}
