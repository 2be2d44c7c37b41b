package collect

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// list contains the facts of one or several kinds, unsorted.
type list[T interface{ Identity() *inventory.Object }] []T

// warnings contains the facts of Events, which are identified only by name.
type warnings []*inventory.Event

// followed is a list from which facts can be removed.
type followed interface {
	size() int
	identity(at int) *inventory.Object
	// drop removes a fact. The last fact takes its place.
	drop(at int)
}

func (l *list[T]) size() int                         { return len(*l) }
func (l *list[T]) identity(at int) *inventory.Object { return (*l)[at].Identity() }
func (l *list[T]) drop(at int)                       { dropAt((*[]T)(l), at) }

func (l *warnings) size() int                         { return len(*l) }
func (l *warnings) identity(at int) *inventory.Object { return identityOfEvent((*l)[at]) }
func (l *warnings) drop(at int)                       { dropAt((*[]*inventory.Event)(l), at) }

func identityOfEvent(e *inventory.Event) *inventory.Object {
	return &inventory.Object{Kind: "Event", Namespace: e.Regarding.Namespace, Name: e.Name}
}

func dropAt[T any](facts *[]T, at int) {
	var none T
	last := len(*facts) - 1
	(*facts)[at], (*facts)[last] = (*facts)[last], none
	*facts = (*facts)[:last]
}

// place is the position of an object's fact.
type place struct {
	in followed
	at int
}

// idOf returns the UID of an object or, if it has none, an ID made from its
// name.
func idOf(o *inventory.Object) types.UID {
	if o.UID != "" {
		return o.UID
	}
	return types.UID(o.Kind + "/" + o.Namespace + "/" + o.Name)
}

// lists returns all lists whose facts may change.
func (f *Facts) lists() []followed {
	return []followed{
		&f.pods, &f.controllers, &f.services, &f.slices, &f.budgets, &f.autoscalers, &f.nodes, &f.quotas, &f.ranges,
		&f.routes, &f.policies, &f.monitors, &f.namespaces, &f.classes, &f.configs, &f.events,
	}
}

// Follow prepares for changes: from now on, an added object replaces its earlier
// fact, and objects can be removed.
func (f *Facts) Follow() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.places = map[types.UID]place{}
	for _, l := range f.lists() {
		for at := range l.size() {
			f.places[idOf(l.identity(at))] = place{l, at}
		}
	}
}

// put adds the fact of an object, or replaces it.
func put[T any](f *Facts, in followed, facts *[]T, o *inventory.Object, fact T) {
	if f.places != nil {
		id := idOf(o)
		if known, found := f.places[id]; found && known.in == in {
			(*facts)[known.at] = fact
			return
		}
		f.places[id] = place{in, len(*facts)}
	}
	*facts = append(*facts, fact)
}

// Remove removes the fact of a deleted object.
func (f *Facts) Remove(obj runtime.Object) {
	if identity := identityOf(obj); identity != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.remove(idOf(identity))
	}
}

// identityOf names an object as its fact does.
func identityOf(obj runtime.Object) *inventory.Object {
	if event, ok := obj.(*corev1.Event); ok {
		return &inventory.Object{Kind: "Event", Namespace: event.InvolvedObject.Namespace, Name: event.Name}
	}
	m, ok := obj.(metav1.Object)
	if !ok {
		return nil
	}
	kind := obj.GetObjectKind().GroupVersionKind().Kind
	return &inventory.Object{Kind: kind, Namespace: m.GetNamespace(), Name: m.GetName(), UID: m.GetUID()}
}

func (f *Facts) remove(id types.UID) {
	known, found := f.places[id]
	if !found {
		return
	}
	delete(f.places, id)
	if last := known.in.size() - 1; known.at != last {
		f.places[idOf(known.in.identity(last))] = known
	}
	known.in.drop(known.at)
}

// Listed contains the objects of a list.
type Listed map[types.UID]bool

// Add notes an object.
func (l Listed) Add(obj runtime.Object) {
	if identity := identityOf(obj); identity != nil {
		l[idOf(identity)] = true
	}
}

// Retain removes the objects of a kind that a new list does not contain, in a
// namespace or, for "", in all.
func (f *Facts) Retain(kind, namespace string, listed Listed) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.lists() {
		// The last fact takes the place of a removed one.
		for at := l.size() - 1; at >= 0; at-- {
			o := l.identity(at)
			if o.Kind == kind && (namespace == "" || o.Namespace == namespace) && !listed[idOf(o)] {
				f.remove(idOf(o))
			}
		}
	}
}

// Size returns the number of objects.
func (f *Facts) Size() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.places)
}

// Renew forgets the templates and values that only objects that are gone had in
// common, so that memory does not grow with time.
func (f *Facts) Renew() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shared = newSharer()
	f.templates = map[revision]*inventory.Template{}
	for _, p := range f.pods {
		if of, shares := revisionOf(&p.Object); shares {
			f.templates[of] = p.Template
		}
	}
}
