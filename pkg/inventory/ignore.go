package inventory

// Annotations with which the owner of an object, or of its namespace, asks that
// findings of some checks be suppressed.
const (
	IgnoreAnnotation       = "prodcheck/ignore"
	IgnoreReasonAnnotation = "prodcheck/ignore-reason"
)

// Ignore contains the annotations prodcheck/ignore. Nearly no object has one.
type Ignore struct {
	// Checks are IDs and patterns with commas between, as written.
	Checks string
	// Cut is set when there are more of them than MaxIgnore bytes hold.
	Cut    bool
	Reason string
}

// MaxIgnore bounds, in bytes, what is kept of either annotation: the IDs of all
// checks together are shorter.
const MaxIgnore = 4096

// NamespaceIgnore returns the annotations of a namespace, nil if it has none or
// was not read.
func (inv *Inventory) NamespaceIgnore(name string) *Ignore {
	if namespace := Find(inv.NamespaceObjects, "", "Namespace", name); namespace != nil {
		return namespace.Ignore
	}
	return nil
}
