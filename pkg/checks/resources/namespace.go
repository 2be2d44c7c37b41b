package resources

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// systemNamespaces belong to the cluster: limits for teams could keep the cluster
// from starting what it needs.
var systemNamespaces = []string{"kube-system", "kube-public", "kube-node-lease"}

func exemptOption() *audit.OptionOf[[]string] {
	return audit.List("exempt", systemNamespaces, "namespaces to skip")
}

// running returns the workloads of a namespace that run pods, or will.
func running(n *inventory.Namespace) []*inventory.Workload {
	var found []*inventory.Workload
	for _, w := range n.Workloads {
		if len(w.Templates) > 0 && !w.Static() && !w.Deleting() {
			found = append(found, w)
		}
	}
	return found
}
