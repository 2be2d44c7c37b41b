package inventory

// Annotations by which the owner of an object or a namespace asks to suppress
// findings of some checks.
const (
	IgnoreAnnotation       = "prodcheck/ignore"
	IgnoreReasonAnnotation = "prodcheck/ignore-reason"
)

// Ignore contains the prodcheck annotations of an object. Nearly no object has
// one.
type Ignore struct {
	// Checks contains IDs and patterns with commas between them, as written.
	Checks string
	// Cut is set if the annotation is longer than MaxIgnore.
	Cut    bool
	Reason string
}

// MaxIgnore limits each annotation, in bytes. The IDs of all checks together are
// shorter.
const MaxIgnore = 4096

// NamespaceIgnore returns the annotations of a namespace, nil if it has none or
// was not read.
func (inv *Inventory) NamespaceIgnore(name string) *Ignore {
	if namespace := Find(inv.NamespaceObjects, "", "Namespace", name); namespace != nil {
		return namespace.Ignore
	}
	return nil
}
