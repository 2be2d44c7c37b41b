package audit

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// relate remembers what the objects depend on that the audit is of.
func (a *Audit) relate() {
	a.dependsOn = map[*inventory.Object][]api.Object{}
	for _, named := range a.inv.Named {
		if a.tallies.byObject[named] != nil {
			a.dependsOn[named] = DependsOn(a.inv, objectOf(named))
		}
	}
	a.tallies.byObject = nil
}

// DependsOn lists what an object needs that was judged.
func DependsOn(inv *inventory.Inventory, o api.Object) []api.Object {
	subject := inv.Subject(o.APIVersion, o.Kind, o.Namespace, o.Name)
	if subject == nil {
		return nil
	}
	var all []api.Object
	for _, other := range inv.DependsOn(subject) {
		all = append(all, objectOf(other))
	}
	return all
}
