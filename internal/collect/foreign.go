package collect

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/internal/untyped"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// maxTemplates limits how many templates of one custom resource are read.
const maxTemplates = 32

// makersOf finds the labels in the templates of a custom resource, at any place
// in its spec.
func makersOf(o inventory.Object, spec any) []*inventory.Maker {
	var all []*inventory.Maker
	var find func(value any, depth int)
	find = func(value any, depth int) {
		const deepest = 8
		if depth > deepest || len(all) == maxTemplates {
			return
		}
		switch v := value.(type) {
		case map[string]any:
			if labels := textsOf(untyped.Object(untyped.Object(v, "metadata"), "labels")); len(labels) > 0 {
				all = append(all, &inventory.Maker{Object: o, Labels: labels})
			}
			for _, name := range slices.Sorted(maps.Keys(v)) {
				find(v[name], depth+1)
			}
		case []any:
			for _, item := range v {
				find(item, depth+1)
			}
		}
	}
	find(spec, 0)
	return all
}

func textsOf(object map[string]any) map[string]string {
	texts := map[string]string{}
	for name, value := range object {
		if s, ok := value.(string); ok {
			texts[name] = s
		}
	}
	return texts
}

// AddForeign keeps what an object of a kind that no check reads says about other
// objects.
func (f *Facts) AddForeign(namespace string, o *unstructured.Unstructured) {
	f.mu.Lock()
	defer f.mu.Unlock()
	self := inventory.Object{
		APIVersion: o.GetAPIVersion(), Kind: o.GetKind(), Namespace: namespace, Name: o.GetName(), UID: o.GetUID(),
	}
	f.announced = append(f.announced, announcedBy(&self, o)...)
	if scaler := scalerOf(&self, o); scaler != nil {
		f.scalers = append(f.scalers, scaler)
	}
	if makers := makersOf(self, o.Object["spec"]); len(makers) > 0 {
		f.makers = append(f.makers, makers...)
	} else if runsPods(o.Object["spec"], 0) {
		f.operated = append(f.operated, &self)
	}
}

// podFields appear in the specs of custom resources that run pods without naming
// their labels.
var podFields = []string{"replicas", "instances", "numberOfInstances", "members", "count", "size", "image", "containers"}

func runsPods(value any, depth int) bool {
	const deepest = 3
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if slices.Contains(podFields, name) || depth < deepest && runsPods(inner, depth+1) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return depth < deepest && runsPods(item, depth+1) })
	}
	return false
}

// operatedBy returns custom resources that run pods and whose name is in a
// selector: operators label pods with it.
func operatedBy(operated []*inventory.Object, namespace string, s labels.Selector) []*inventory.Object {
	requirements, _ := s.Requirements()
	return slices.DeleteFunc(slices.Clone(operated), func(o *inventory.Object) bool {
		return o.Namespace != namespace || !slices.ContainsFunc(requirements, func(r labels.Requirement) bool {
			value, one := inventory.SingleValue(&r)
			return one && (value == o.Name || strings.HasPrefix(value, o.Name+"-") || strings.HasSuffix(value, "-"+o.Name))
		})
	})
}
