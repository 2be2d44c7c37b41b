package inventory

// State is how much of a resource was read.
type State string

const (
	// Complete means that all objects in scope were read.
	Complete State = "complete"
	// Partial means that some were, and then reading failed.
	Partial State = "partial"
	// Unreadable means that none could be.
	Unreadable State = "unreadable"
)

// Read is what became of reading one resource.
type Read struct {
	Resource Resource `json:"resource"`
	State    State    `json:"state"`
	// Items is the number of objects read.
	Items int `json:"items"`
	// Remaining is how many more there were by the server's own estimate, 0
	// when it gave none.
	Remaining int64 `json:"remaining,omitempty"`
	// Reason is short and stable: forbidden, not served, timed out, ….
	Reason string `json:"reason,omitempty"`
	// Detail is the server's own explanation.
	Detail string `json:"detail,omitempty"`
	// Namespaces is in how many the resource was asked for one by one, 0 where one
	// list was to hold it all.
	Namespaces int `json:"namespaces,omitempty"`
	// Gaps are those of them in which it was not read completely.
	Gaps []Gap `json:"gaps,omitempty"`
}

// Gap is a namespace in which a resource was not read, or only in part.
type Gap struct {
	Namespace string `json:"namespace"`
	Reason    string `json:"reason"`
	Detail    string `json:"detail,omitempty"`
	Partial   bool   `json:"partial,omitempty"`
}

// Share is the part of the resource that was read, from 0 to 1: of objects or,
// where it was read namespace by namespace, of namespaces. Where the rest cannot
// be counted, half is assumed.
func (r Read) Share() float64 {
	switch {
	case r.State == Complete:
		return 1
	case r.State == Unreadable:
		return 0
	case r.Namespaces > 0:
		return float64(r.Namespaces-len(r.Gaps)) / float64(r.Namespaces)
	case r.Remaining > 0:
		return float64(r.Items) / float64(int64(r.Items)+r.Remaining)
	}
	return 0.5
}

const notRead = "not read"

// Read returns what became of reading a resource; one that nobody asked for is
// unreadable, so that a claim can never rest on it.
func (inv *Inventory) Read(r Resource) Read {
	for _, read := range inv.Reads {
		if read.Resource == r {
			return read
		}
	}
	return Read{Resource: r, State: Unreadable, Reason: notRead}
}

// Complete reports whether all the resources were read completely.
func (inv *Inventory) Complete(resources ...Resource) bool {
	for _, r := range resources {
		if inv.Read(r).State != Complete {
			return false
		}
	}
	return true
}
