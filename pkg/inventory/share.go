package inventory

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// sharer keeps one copy of what objects repeat: namespaces, nodes, images,
// labels, limits, owners. It is most of what the facts of a pod would take.
type sharer struct {
	strings   map[string]string
	owners    map[types.UID]*Owner
	labels    map[string]map[string]string
	resources map[string]corev1.ResourceList
}

func newSharer() *sharer {
	return &sharer{
		strings:   map[string]string{},
		owners:    map[types.UID]*Owner{},
		labels:    map[string]map[string]string{},
		resources: map[string]corev1.ResourceList{},
	}
}

func share[T ~string](s *sharer, text *T) {
	known, found := s.strings[string(*text)]
	if !found {
		known = string(*text)
		s.strings[known] = known
	}
	*text = T(known)
}

// object shares what an object has in common with others: not its name, nor
// its UID.
func (s *sharer) object(o *Object) {
	o.Labels = s.labelsOf(o.Labels)
	s.place(o)
}

// place shares where an object belongs.
func (s *sharer) place(o *Object) {
	share(s, &o.Namespace)
	if o.Owner != nil {
		if known := s.owners[o.Owner.UID]; known != nil && *known == *o.Owner {
			o.Owner = known
		} else {
			s.owners[o.Owner.UID] = o.Owner
		}
	}
}

func (s *sharer) slice(e *EndpointSlice) {
	s.place(&e.Object)
	for i := range e.Endpoints {
		share(s, &e.Endpoints[i].Node)
		share(s, &e.Endpoints[i].Zone)
	}
}

func (s *sharer) pod(p *Pod) {
	s.place(&p.Object)
	// Most pods of a template have its labels and nothing else.
	if maps.Equal(p.Labels, p.Template.Labels) {
		p.Labels = p.Template.Labels
	} else {
		p.Labels = s.words(p.Labels)
	}
	share(s, &p.Node)
	share(s, &p.Phase)
	for _, c := range []*Condition{&p.Ready, &p.ContainersReady} {
		share(s, &c.Status)
		share(s, &c.Reason)
	}
	for i := range p.Containers {
		c := &p.Containers[i]
		share(s, &c.Name)
		share(s, &c.Image)
		share(s, &c.ImageID)
	}
}

// template shares what is in a pod spec, which must not be changed any more: the
// defaults of LimitRanges are in it.
func (s *sharer) template(t *Template) {
	t.Labels = s.labelsOf(t.Labels)
	for _, containers := range [][]corev1.Container{t.Spec.InitContainers, t.Spec.Containers} {
		for i := range containers {
			r := &containers[i].Resources
			r.Limits, r.Requests = s.resourcesOf(r.Limits), s.resourcesOf(r.Requests)
		}
	}
	s.all(reflect.ValueOf(&t.Spec))
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
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		all.WriteString(name + "=" + labels[name] + ",")
	}
	known := s.labels[all.String()]
	if known == nil {
		known = s.words(labels)
		s.labels[all.String()] = known
	}
	return known
}

// words returns labels of which only the names and values are shared.
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

// all shares the strings of a value, wherever they are in it.
func (s *sharer) all(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() && v.Len() > 0 {
			text := v.String()
			share(s, &text)
			v.SetString(text)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			s.all(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			s.all(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			s.all(v.Index(i))
		}
	}
}
