package cli

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// scopeFlags say which part of a cluster to audit.
type scopeFlags struct {
	namespaces    []string
	allNamespaces bool
	selector      string
	exclude       []string
}

func (f *scopeFlags) addFlags(cmd *cobra.Command, namespaces completeFunc) {
	addNamespacesFlag(cmd, &f.namespaces, namespaces)
	cmd.Flags().BoolVarP(&f.allNamespaces, "all-namespaces", "A", f.allNamespaces,
		"If present, audit all namespaces. Namespace in current context is ignored even if specified with --namespace")
	cmd.Flags().StringVarP(&f.selector, "selector", "l", f.selector,
		"Selector (label query) to filter workloads and services on, supports '=', '==', '!=', 'in', 'notin' (e.g. -l key1=value1,key2=value2). "+
			"The labels of a workload or those of its pods must match")
	cmd.Flags().StringSliceVar(&f.exclude, "exclude-namespaces", f.exclude,
		"Namespaces to exclude from an audit of all namespaces, by name or pattern, in addition to those of the configuration file (e.g. kube-system,'test-*')")
	completeFlag(cmd, "exclude-namespaces", namespaces)
}

func addNamespacesFlag(cmd *cobra.Command, namespaces *[]string, complete completeFunc) {
	cmd.Flags().StringSliceVarP(namespaces, "namespace", "n", *namespaces,
		"If present, the namespace scope for this CLI request. Separate several with commas")
	completeFlag(cmd, "namespace", complete)
}

// scope returns the scope of the flags. No namespace means all of them.
func (f *scopeFlags) scope() (inventory.Scope, error) {
	var scope inventory.Scope
	if !f.allNamespaces {
		scope.Namespaces = f.sorted()
	}
	scope.Exclude = f.exclude
	if f.selector != "" {
		selector, err := labels.Parse(f.selector)
		if err != nil {
			return scope, fmt.Errorf("--selector: %w", err)
		}
		scope.Selector = selector
	}
	return scope, nil
}

// sorted returns the namespaces, each once.
func (f *scopeFlags) sorted() []string {
	return slices.Compact(slices.Sorted(slices.Values(f.namespaces)))
}

func (f *scopeFlags) validate() error {
	if len(f.exclude) > 0 && len(f.namespaces) > 0 && !f.allNamespaces {
		return errors.New("--exclude-namespaces cannot be used with --namespace")
	}
	for _, pattern := range f.exclude {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			return fmt.Errorf("--exclude-namespaces %q is not a pattern of names", pattern)
		}
	}
	return validateNamespaces(f.namespaces)
}

// expectAll refuses to leave namespaces out of a single one. Files are read in all
// namespaces.
func (f *scopeFlags) expectAll(ofFiles bool) error {
	if len(f.exclude) > 0 && !f.allNamespaces && len(f.namespaces) == 0 && !ofFiles {
		return errors.New("--exclude-namespaces requires --all-namespaces")
	}
	return nil
}

// validateNamespaces refuses names that would lead to another path on the server.
func validateNamespaces(names []string) error {
	for _, name := range names {
		if len(validation.IsDNS1123Label(name)) > 0 {
			return fmt.Errorf("--namespace: %q cannot be the name of a namespace, which has only lowercase letters, digits and hyphens", name)
		}
	}
	return nil
}
