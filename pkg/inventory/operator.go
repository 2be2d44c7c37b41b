package inventory

import "strings"

// Operator returns a custom resource in files that runs pods and after which an
// object in its namespace is named. Most likely its controller makes that
// object. It returns nil if there is no such resource.
func (inv *Inventory) Operator(namespace, name string) *Object {
	// Some controllers put the name between dots.
	words := strings.NewReplacer(".", "-")
	for _, o := range inv.Operated {
		if o.Namespace == namespace && strings.Contains("-"+words.Replace(name)+"-", "-"+words.Replace(o.Name)+"-") {
			return o
		}
	}
	return nil
}
