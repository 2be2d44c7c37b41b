package inventory

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// ServerVersion returns the version of the API server, empty for plain files.
func (inv *Inventory) ServerVersion() string { return inv.Version }

// ReadAt returns the time of reading by the API server's clock, zero for plain
// files.
func (inv *Inventory) ReadAt() time.Time { return inv.Time }

// IsPart reports whether files other than a snapshot were read: objects that they do not
// contain may still exist.
func (inv *Inventory) IsPart() bool { return inv.Part }

// WholeCluster reports whether everything in the cluster was asked for, in all namespaces.
func (inv *Inventory) WholeCluster() bool { return inv.Scope.Whole() && !inv.Scope.Selects() }

// Covers reports whether a namespace was asked for.
func (inv *Inventory) Covers(namespace string) bool { return inv.Scope.Covers(namespace) }

// EachNode yields the nodes that were read, by name.
func (inv *Inventory) EachNode() iter.Seq[*Node] { return slices.Values(inv.Nodes) }

// Namespace finds a namespace in scope by its name, nil if it was not read.
func (inv *Inventory) Namespace(name string) *Namespace {
	i, found := slices.BinarySearchFunc(inv.Namespaces, name, func(n *Namespace, name string) int { return cmp.Compare(n.Name, name) })
	if !found {
		return nil
	}
	return inv.Namespaces[i]
}

// Quota finds a ResourceQuota, nil if it was not read.
func (inv *Inventory) Quota(namespace, name string) *ResourceQuota {
	i := slices.IndexFunc(inv.Quotas, func(q *ResourceQuota) bool { return q.Namespace == namespace && q.Name == name })
	if i < 0 {
		return nil
	}
	return inv.Quotas[i]
}

// IngressClass returns the name of a class (that of the default class for "")
// and the controller that serves its Ingresses. Both are empty if no
// IngressClass says so.
func (inv *Inventory) IngressClass(class string) (name, controller string) {
	name = cmp.Or(class, inv.DefaultIngressClass)
	return name, inv.IngressClasses[name]
}
