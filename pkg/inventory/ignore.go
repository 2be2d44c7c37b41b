package inventory

// Annotations with which the owner of an object, or of its namespace, asks that
// findings of some checks be suppressed.
const (
	IgnoreAnnotation       = "prodcheck/ignore"
	IgnoreReasonAnnotation = "prodcheck/ignore-reason"
)

// Ignore is what these annotations say. Nearly no object has one.
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

// NamespaceIgnore is what the annotations of a namespace say, nil if they say
// nothing or were not read.
func (inv *Inventory) NamespaceIgnore(name string) *Ignore {
	if namespace := Find(inv.NamespaceObjects, "", "Namespace", name); namespace != nil {
		return namespace.Ignore
	}
	return nil
}
