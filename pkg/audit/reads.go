package audit

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Reads declare what a check reads besides its subjects: what is listed, what rights
// it takes, and when the outcome is unknown.
type Reads struct {
	// Needs are resources of which all that the source holds must have been read in the
	// namespace of a subject; otherwise that subject is unknown.
	Needs []inventory.Resource
	// AbsentFrom are resources from which something is absent, by each finding of
	// the check. Where more of them may exist in the namespace of the subject than
	// was read, the subject is unknown instead.
	AbsentFrom []inventory.Resource
	// Optional are resources that may strengthen a claim. The check asks the
	// inventory how complete they are, and answers Unknown where it must.
	Optional []inventory.Resource
	// Owners asks the source to confirm missing owners one by one.
	Owners bool
	// Samples is what the check knows nothing without. It takes a right of its own, and so
	// no profile runs the check: the user asks for it.
	Samples Sampling
}

// Sampling is something to read of a few objects one by one, when the user asks for it
// by its name.
type Sampling string

const (
	// Logs reports whether containers print anything, see inventory.Request.
	Logs Sampling = "logs"
	// KubeletStats reports how much containers write to their root filesystem.
	KubeletStats Sampling = "kubelet-stats"
)

// Right is the resource that the user must have the right to get.
func (s Sampling) Right() string {
	switch s {
	case Logs:
		return "pods/log"
	case KubeletStats:
		return "nodes/proxy"
	}
	return ""
}

// Resources are all that must be listed for the checks, in reading order.
func Resources(checks []*Check) []inventory.Resource {
	var all []inventory.Resource
	for _, c := range checks {
		all = append(all, c.Resources()...)
	}
	return inventory.Ordered(all)
}

// Resources are all that the check reads, in reading order. Which Services send
// requests to a workload also depends on who uses them.
func (c *Check) Resources() []inventory.Resource {
	all := slices.Concat(c.Judge.reads(), c.Reads.Needs, c.Reads.AbsentFrom, c.Reads.Optional)
	if slices.Contains(all, inventory.Services) && (c.Judge.kind == Workloads || c.Judge.kind == WorkloadsEvenDeleting) {
		all = append(all, inventory.Consumers...)
	}
	return inventory.Ordered(all)
}

// Request returns what a source must read for the checks.
func Request(checks []*Check, scope inventory.Scope) inventory.Request {
	checks = slices.DeleteFunc(slices.Clone(checks), func(c *Check) bool { return !c.Judge.concerns(scope) })
	return inventory.Request{
		Scope:         scope,
		Resources:     Resources(checks),
		ConfirmOwners: slices.ContainsFunc(checks, func(c *Check) bool { return c.Reads.Owners }),
	}
}
