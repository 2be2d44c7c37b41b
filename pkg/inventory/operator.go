package inventory

import "strings"

// Operator is a custom resource in files that runs pods and after which something
// in its namespace is named: most likely its controller makes that. It is nil where
// there is none.
func (inv *Inventory) Operator(namespace, name string) *Object {
	// Some put the name between dots.
	words := strings.NewReplacer(".", "-")
	for _, o := range inv.Operated {
		if o.Namespace == namespace && strings.Contains("-"+words.Replace(name)+"-", "-"+words.Replace(o.Name)+"-") {
			return o
		}
	}
	return nil
}
