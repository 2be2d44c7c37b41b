package configuration

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const (
	configMap = "ConfigMap"
	secret    = "Secret"
)

// listed reports whether a kind's objects can be judged by existence. Secrets are
// listed only on request.
func listed(p *audit.Pass, kind string) bool {
	return kind != secret || p.Asked(inventory.Secrets)
}

// unread says why an object of a kind may exist although it was not read, empty
// if it cannot.
func unread(p *audit.Pass, namespace, kind string) string {
	resource := inventory.ConfigMaps
	if kind == secret {
		resource = inventory.Secrets
	}
	return p.WhyIncomplete(namespace, resource)
}

// operated names the custom resource of which an operator may make an object,
// empty where none is known.
func operated(p *audit.Pass, namespace, name string) string {
	operator := p.Operator(namespace, name)
	if operator == nil {
		return ""
	}
	return "the operator of " + operator.Kind + " " + operator.Name + " may create " + name
}
