package kinds

import (
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// shortNames lists the short names of kubectl.
var shortNames = map[inventory.Resource]string{
	inventory.Nodes: "no", inventory.Namespaces: "ns", inventory.Deployments: "deploy", inventory.ReplicaSets: "rs",
	inventory.StatefulSets: "sts", inventory.DaemonSets: "ds", inventory.ReplicationControllers: "rc",
	inventory.CronJobs: "cj", inventory.Services: "svc", inventory.PodDisruptionBudgets: "pdb",
	inventory.HorizontalPodAutoscalers: "hpa", inventory.Pods: "po", inventory.Ingresses: "ing",
}

// nameable are the resources whose objects a user can name.
var nameable = append(slices.Clone(inventory.Controllers), inventory.Pods, inventory.Services, inventory.Ingresses,
	inventory.HTTPRoutes, inventory.HorizontalPodAutoscalers, inventory.PodDisruptionBudgets, inventory.Nodes, inventory.Namespaces)

// Nameable returns the kinds whose objects a user can name.
func Nameable() []Kind {
	var nameables []Kind
	for _, r := range nameable {
		nameables = append(nameables, Of(r))
	}
	return nameables
}

// Typed finds the kind of a type in any way in which users of kubectl write it:
// deploy, Deployment, deployments.apps, deployments.v1.apps.
func Typed(name string) (Kind, bool) {
	for _, k := range Nameable() {
		if slices.Contains(k.Types(), strings.ToLower(name)) {
			return k, true
		}
	}
	return Kind{}, false
}

// Types returns the ways to write the kind, the shortest first.
func (k Kind) Types() []string {
	types := []string{k.singular(), k.Resource.GroupResource().Resource}
	if short := shortNames[k.Resource]; short != "" {
		types = append([]string{short}, types...)
	}
	if group := k.group(); group != "" {
		plural := types[len(types)-1]
		types = append(types, plural+"."+group, k.singular()+"."+group, plural+"."+k.Version+"."+group)
	}
	return types
}

// singular returns the type in the singular.
func (k Kind) singular() string { return strings.ToLower(k.Name) }
