package audit

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Reads declares what a check reads besides its subjects. It decides what is
// listed, which permissions are needed, and when the outcome is unknown.
type Reads struct {
	// Needs are resources that must be read completely in the namespace of a
	// subject, as far as the source holds them. Otherwise the subject is unknown.
	Needs []inventory.Resource
	// AbsentFrom are resources in which the findings of the check miss something.
	// If more of them may exist in the namespace of the subject than was read, the
	// subject is unknown instead of at fault.
	AbsentFrom []inventory.Resource
	// Optional are resources that may strengthen a claim. The check asks the
	// inventory whether they are complete, and returns Unknown if they must be.
	Optional []inventory.Resource
	// Owners asks the source to confirm missing owners one by one.
	Owners bool
	// Samples names the samples without which the check knows nothing. They need
	// permissions of their own, so no profile runs the check: the user asks for it.
	Samples Sampling
}

// Sampling is a kind of data that is read from a few objects, one by one, if the
// user asks for it by name.
type Sampling string

const (
	// Logs shows whether containers print anything, see inventory.Request.
	Logs Sampling = "logs"
	// KubeletStats shows how much containers write to their root filesystem.
	KubeletStats Sampling = "kubelet-stats"
)

// Right returns the resource that the user must be allowed to get.
func (s Sampling) Right() string {
	switch s {
	case Logs:
		return "pods/log"
	case KubeletStats:
		return "nodes/proxy"
	}
	return ""
}

// Resources returns all resources that must be listed for the checks, in reading
// order.
func Resources(checks []*Check) []inventory.Resource {
	var all []inventory.Resource
	for _, c := range checks {
		all = append(all, c.Resources()...)
	}
	return inventory.Ordered(all)
}

// Resources returns all resources that the check reads, in reading order. A
// check that reads Services also reads their consumers, which show whether a
// Service sends requests to a workload.
func (c *Check) Resources() []inventory.Resource {
	all := slices.Concat(c.Judge.reads(), c.Reads.Needs, c.Reads.AbsentFrom, c.Reads.Optional)
	if slices.Contains(all, inventory.Services) && (c.Judge.kind == Workloads || c.Judge.kind == WorkloadsEvenDeleting) {
		all = append(all, inventory.Consumers...)
	}
	return inventory.Ordered(all)
}

// fields lists what findings may be about.
func fields(checks []*Check) []string {
	var all []string
	for _, c := range checks {
		if c.Field != "" {
			all = append(all, c.Field)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Request returns what a source must read for the checks. A shard reads for checks of
// the whole.
func Request(checks []*Check, scope inventory.Scope) inventory.Request {
	whole := scope
	whole.Shard = nil
	checks = slices.DeleteFunc(slices.Clone(checks), func(c *Check) bool { return !c.Judge.concerns(whole) })
	return inventory.Request{
		Scope:         scope,
		Resources:     Resources(checks),
		Fields:        fields(checks),
		ConfirmOwners: slices.ContainsFunc(checks, func(c *Check) bool { return c.Reads.Owners }),
	}
}
