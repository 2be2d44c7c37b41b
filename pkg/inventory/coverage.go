package inventory

import (
	"cmp"
	"fmt"
	"slices"
)

// State says how much of a resource was read.
type State string

const (
	// Complete means that all objects in scope were read.
	Complete State = "complete"
	// Partial means that some objects were read before reading failed.
	Partial State = "partial"
	// Unreadable means that no object could be read.
	Unreadable State = "unreadable"
)

// Read is the result of reading one resource.
type Read struct {
	Resource Resource `json:"resource"`
	State    State    `json:"state"`
	// Items is the number of objects read.
	Items int `json:"items"`
	// Remaining is the server's estimate of how many more there are, 0 if it gave
	// none.
	Remaining int64 `json:"remaining,omitempty"`
	// Reason is short and stable: forbidden, not served, timed out, ….
	Reason string `json:"reason,omitempty"`
	// Detail is the server's own explanation.
	Detail string `json:"detail,omitempty"`
	// Namespaces counts the namespaces that the read is about, 0 if it is about all of
	// the cluster.
	Namespaces int `json:"namespaces,omitempty"`
	// Gaps are the namespaces among them in which the resource was not read
	// completely.
	Gaps []Gap `json:"gaps,omitempty"`
}

// Gap is a namespace in which a resource was not read, or only in part.
type Gap struct {
	Namespace string `json:"namespace"`
	Reason    string `json:"reason"`
	Detail    string `json:"detail,omitempty"`
	Partial   bool   `json:"partial,omitempty"`
}

// Share returns the part of the resource that was read, from 0 to 1. It counts
// objects or, if the resource was read namespace by namespace, namespaces. If
// the rest cannot be counted, half is assumed.
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

// ReadShare returns the part of the files that could be read, from 0 to 1.
func (inv *Inventory) ReadShare() float64 {
	if len(inv.NotRead) == 0 {
		return 1
	}
	objects := 0
	for _, read := range inv.Reads {
		objects += read.Items
	}
	for _, n := range inv.Ignored {
		objects += n
	}
	return float64(objects) / float64(objects+len(inv.NotRead))
}

// Read returns the result of reading a resource. A resource that nobody asked
// for is unreadable, so that no claim can rest on it.
func (inv *Inventory) Read(r Resource) Read {
	for _, read := range inv.Reads {
		if read.Resource == r {
			return read
		}
	}
	return Read{Resource: r, State: Unreadable, Reason: "not read"}
}

// Asked reports whether anybody asked for a resource. Otherwise it was left out
// on purpose and is not a gap.
func (inv *Inventory) Asked(r Resource) bool {
	return slices.ContainsFunc(inv.Reads, func(read Read) bool { return read.Resource == r })
}

// Why says in a few stable words why a resource was not read completely. It is
// empty if it was.
func (r Read) Why() string {
	switch {
	case r.State == Complete:
		return ""
	case len(r.Gaps) > 0:
		return fmt.Sprintf("%s: read in %d of %d namespaces, %s", r.Resource, r.Namespaces-len(r.Gaps), r.Namespaces, r.Reason)
	case r.State == Partial:
		return fmt.Sprintf("%s: read in part, %s", r.Resource, r.Reason)
	}
	return fmt.Sprintf("%s: %s", r.Resource, r.Reason)
}

// PartOfCluster explains why files that are not a snapshot prove no absence.
const PartOfCluster = "the files may be only a part of a cluster"

// MayBeUnread explains why absence is not proven although the files count as a
// whole cluster.
const MayBeUnread = "files that could not be read may hold it"

// WhyUnread says why some objects of the resources in a namespace (or in any,
// for "") were not read although the source holds them. If it is empty, the
// objects that were read are not an accidental selection.
func (inv *Inventory) WhyUnread(namespace string, resources ...Resource) string {
	for _, r := range resources {
		read := inv.Read(r)
		missed := read.State != Complete
		if namespace != "" && len(read.Gaps) > 0 {
			missed = slices.ContainsFunc(read.Gaps, func(g Gap) bool { return g.Namespace == namespace })
		}
		if missed {
			return read.Why()
		}
	}
	return ""
}

// WhyIncomplete says why an object of the resources may exist in a namespace (or
// anywhere, for "") although it was not read. Only if it is empty may a claim
// rest on absence.
func (inv *Inventory) WhyIncomplete(namespace string, resources ...Resource) string {
	if why := inv.WhyUnread(namespace, resources...); why != "" {
		return why
	}
	switch {
	case len(resources) == 0:
	case inv.Part:
		return PartOfCluster
	case inv.MayHoldMore:
		return MayBeUnread
	}
	for _, r := range resources {
		if !inv.Scope.Covers(namespace) && !r.ClusterScoped() {
			return fmt.Sprintf("%s: read in %s only", r, inv.Scope.Places())
		}
	}
	return ""
}

// ReadIn reports whether every object of the resources that the source holds in
// a namespace was read.
func (inv *Inventory) ReadIn(namespace string, resources ...Resource) bool {
	return inv.WhyUnread(namespace, resources...) == ""
}

// CompleteIn reports whether every object of the resources in a namespace was
// read, so that a check may claim absence.
func (inv *Inventory) CompleteIn(namespace string, resources ...Resource) bool {
	return inv.WhyIncomplete(namespace, resources...) == ""
}

// MergeReads says what became of a resource that several shards have read. What has no
// namespace, or matters in others, each of them reads as a whole.
func MergeReads(parts []Read) Read {
	for _, part := range parts {
		if part.Namespaces > 0 {
			return mergeNamespaces(parts)
		}
	}
	for _, part := range parts {
		if part.State != Complete {
			return part
		}
	}
	return parts[0]
}

func mergeNamespaces(parts []Read) Read {
	whole := Read{Resource: parts[0].Resource, State: Complete}
	refused := parts[0]
	for _, part := range parts {
		if part.State != Complete && len(part.Gaps) == 0 {
			// It is not known in which namespaces.
			return part
		}
		whole.Items += part.Items
		whole.Namespaces += part.Namespaces
		whole.Gaps = append(whole.Gaps, part.Gaps...)
		if part.Namespaces > 0 {
			refused = part
		}
	}
	switch {
	case len(whole.Gaps) == 0:
		return whole
	case len(whole.Gaps) == whole.Namespaces && whole.Items == 0:
		// As if it had been asked for in all namespaces at once.
		return Read{Resource: refused.Resource, State: Unreadable, Reason: refused.Reason, Detail: refused.Detail}
	}
	slices.SortFunc(whole.Gaps, func(a, b Gap) int { return cmp.Compare(a.Namespace, b.Namespace) })
	whole.Gaps = slices.CompactFunc(whole.Gaps, func(a, b Gap) bool { return a.Namespace == b.Namespace })
	whole.State, whole.Reason = Partial, whole.Gaps[len(whole.Gaps)-1].Reason
	return whole
}
