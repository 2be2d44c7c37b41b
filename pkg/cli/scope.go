package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// scopeFlags say which part of a cluster to audit.
type scopeFlags struct {
	namespace     string
	allNamespaces bool
	selector      string
}

func (f *scopeFlags) addFlags(cmd *cobra.Command, cluster *connection) {
	addNamespaceFlag(cmd, &f.namespace, cluster)
	cmd.Flags().BoolVarP(&f.allNamespaces, "all-namespaces", "A", f.allNamespaces,
		"If present, audit all namespaces. Namespace in current context is ignored even if specified with --namespace")
	cmd.Flags().StringVarP(&f.selector, "selector", "l", f.selector,
		"Selector (label query) to filter workloads and services on, supports '=', '==', '!=', 'in', 'notin' (e.g. -l key1=value1,key2=value2). "+
			"The labels of a workload or those of its pods must match")
}

func addNamespaceFlag(cmd *cobra.Command, namespace *string, cluster *connection) {
	cmd.Flags().StringVarP(namespace, "namespace", "n", *namespace, "If present, the namespace scope for this CLI request")
	completeFlag(cmd, "namespace", cluster.completeNamespaces)
}

// scope returns the scope of the flags. No namespace means all of them.
func (f *scopeFlags) scope() (inventory.Scope, error) {
	var scope inventory.Scope
	if !f.allNamespaces {
		scope.Namespace = f.namespace
	}
	if f.selector != "" {
		selector, err := labels.Parse(f.selector)
		if err != nil {
			return scope, fmt.Errorf("--selector: %w", err)
		}
		scope.Selector = selector
	}
	return scope, nil
}

func (f *scopeFlags) validate() error { return validateNamespace(f.namespace) }

// validateNamespace refuses a name that would lead to another path on the
// server.
func validateNamespace(name string) error {
	if faults := validation.IsDNS1123Label(name); name != "" && len(faults) > 0 {
		return fmt.Errorf("--namespace %q: %s", name, strings.Join(faults, "; "))
	}
	return nil
}
