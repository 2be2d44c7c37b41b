package collect

import (
	"hash/maphash"
	"maps"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// sharer keeps one copy of values that repeat in many objects: namespaces,
// nodes, images, labels, limits, owners. They would be most of the memory for a
// pod.
type sharer struct {
	strings    map[string]string
	owners     map[types.UID]*inventory.Owner
	labels     map[uint64]map[string]string
	resources  map[string]corev1.ResourceList
	containers map[inventory.ContainerIdentity]*inventory.ContainerIdentity
	known      map[part]reflect.Value
	pods       slab[inventory.Pod]
	states     slab[inventory.Container]
	// later is set if equal parts of specs are looked for only after many templates.
	later     bool
	templates int
	// buffer and names are scratch space for what is compared.
	buffer []byte
	names  []string
}

func newSharer() *sharer {
	return &sharer{
		strings:    map[string]string{},
		owners:     map[types.UID]*inventory.Owner{},
		labels:     map[uint64]map[string]string{},
		resources:  map[string]corev1.ResourceList{},
		containers: map[inventory.ContainerIdentity]*inventory.ContainerIdentity{},
		known:      map[part]reflect.Value{},
	}
}

// manyTemplates is the number of templates whose memory is not worth the time to look for
// their equal parts, if all of it is given up soon.
const manyTemplates = 1500

// forget gives up the values. Facts that have them keep them.
func (s *sharer) forget() {
	s.templates = 0
	clear(s.strings)
	clear(s.owners)
	clear(s.labels)
	clear(s.resources)
	clear(s.containers)
	clear(s.known)
}

func share[T ~string](s *sharer, text *T) {
	known, found := s.strings[string(*text)]
	if !found {
		known = string(*text)
		s.strings[known] = known
	}
	*text = T(known)
}

// object shares the fields of an object, except its name and UID.
func (s *sharer) object(o *inventory.Object) {
	o.Labels = s.labelsOf(o.Labels)
	s.place(o)
}

// place shares the namespace and the other fields that say where an object
// belongs.
func (s *sharer) place(o *inventory.Object) {
	share(s, &o.Namespace)
	if o.Owner != nil {
		if known := s.owners[o.Owner.UID]; known != nil && *known == *o.Owner {
			o.Owner = known
		} else {
			s.owners[o.Owner.UID] = o.Owner
		}
	}
}

// fact shares the parts of a fact of any kind.
func (s *sharer) fact(fact interface{ Identity() *inventory.Object }) {
	s.object(fact.Identity())
	switch f := fact.(type) {
	case *controller:
		f.selector = s.selector(f.selector)
		if f.template != nil {
			s.template(f.template)
		}
		if f.job != nil {
			s.object(&f.job.Object)
		}
	case *inventory.Service:
		f.Selector = s.labelsOf(f.Selector)
	case *inventory.EndpointSlice:
		s.endpoints(f)
	}
}

func (s *sharer) event(e *inventory.Event) {
	for _, word := range []*string{&e.Reason, &e.Message, &e.Container, &e.Regarding.Kind, &e.Regarding.Namespace} {
		share(s, word)
	}
}

func (s *sharer) endpoints(e *inventory.EndpointSlice) {
	for i := range e.Endpoints {
		share(s, &e.Endpoints[i].Node)
		share(s, &e.Endpoints[i].Zone)
	}
}

func (s *sharer) pod(p *inventory.Pod) {
	s.place(&p.Object)
	// Most pods of a template have exactly its labels.
	if maps.Equal(p.Labels, p.Template.Labels) {
		p.Labels = p.Template.Labels
	} else {
		p.Labels = s.words(p.Labels)
	}
	share(s, &p.Node)
	share(s, &p.Phase)
	share(s, &p.Ready.Status)
	share(s, &p.Ready.Reason)
	for i := range p.Containers {
		c := &p.Containers[i]
		if known := s.containers[*c.ContainerIdentity]; known != nil {
			c.ContainerIdentity = known
			continue
		}
		share(s, &c.Name)
		share(s, &c.Image)
		share(s, &c.ImageID)
		s.containers[*c.ContainerIdentity] = c.ContainerIdentity
	}
}

// together keeps a pod in memory beside those that were read before it. Pods that are
// followed are replaced one by one: they would keep the memory of all their neighbors.
func (s *sharer) together(p *inventory.Pod) *inventory.Pod {
	p.Containers = s.states.keepAll(p.Containers)
	return s.pods.keep(*p)
}

// template shares the parts of a pod spec.
func (s *sharer) template(t *inventory.Template) {
	t.Labels = s.labelsOf(t.Labels)
	for _, containers := range [][]corev1.Container{t.Spec.InitContainers, t.Spec.Containers} {
		for i := range containers {
			r := &containers[i].Resources
			r.Limits, r.Requests = s.resourcesOf(r.Limits), s.resourcesOf(r.Requests)
		}
	}
	if s.templates++; !s.later || s.templates > manyTemplates {
		s.parts(reflect.ValueOf(&t.Spec).Elem())
	}
}

func (s *sharer) selector(l *metav1.LabelSelector) *metav1.LabelSelector {
	if l != nil {
		l.MatchLabels = s.labelsOf(l.MatchLabels)
	}
	return l
}

// labelsOf returns labels equal to the given ones.
func (s *sharer) labelsOf(labels map[string]string) map[string]string {
	if len(labels) == 0 {
		return nil
	}
	s.names = s.names[:0]
	for name := range labels {
		s.names = append(s.names, name)
	}
	slices.Sort(s.names)
	all := s.buffer[:0]
	for _, name := range s.names {
		all = append(append(append(append(all, name...), '='), labels[name]...), ',')
	}
	s.buffer = all
	sum := maphash.Bytes(partSeed, all)
	known, found := s.labels[sum]
	switch {
	case !found:
		known = s.words(labels)
		s.labels[sum] = known
	case !maps.Equal(known, labels):
		return s.words(labels)
	}
	return known
}

// words returns labels that share only their names and values.
func (s *sharer) words(labels map[string]string) map[string]string {
	shared := make(map[string]string, len(labels))
	for name, value := range labels {
		share(s, &name)
		share(s, &value)
		shared[name] = value
	}
	return shared
}

// resourcesOf returns quantities equal to the given ones.
func (s *sharer) resourcesOf(list corev1.ResourceList) corev1.ResourceList {
	if len(list) == 0 {
		return list
	}
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(list)) {
		quantity := list[name]
		all.WriteString(string(name) + "=" + quantity.String() + ",")
	}
	known := s.resources[all.String()]
	if known == nil {
		known = list
		s.resources[all.String()] = known
	}
	return known
}
