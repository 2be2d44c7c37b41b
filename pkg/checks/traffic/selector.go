package traffic

import (
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// selects reports whether the endpoints of a Service come from its selector.
func selects(s *inventory.Service) bool { return len(s.Selector) > 0 && !s.External }

// selectorText formats the selector for kubectl -l.
func selectorText(s *inventory.Service) string {
	var pairs []string
	for name, value := range s.Selector {
		pairs = append(pairs, name+"="+value)
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ",")
}

// podTemplates returns the pod specs that run behind a Service, each once.
func podTemplates(s *inventory.Service) []*inventory.Template {
	var templates []*inventory.Template
	for _, pod := range s.Pods {
		if !pod.Deleting() && !slices.Contains(templates, pod.Template) {
			templates = append(templates, pod.Template)
		}
	}
	return templates
}
