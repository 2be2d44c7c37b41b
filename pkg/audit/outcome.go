package audit

import (
	"cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// outcome gathers the results of one check.
type outcome struct {
	api.Check
	check *Check
	// position is the position of the check among all that run.
	position int
	// judges is set if the audit has subjects for the check.
	judges bool
	// unread lists the resources that the check needs and that were not read
	// completely, nearly always none.
	unread []inventory.Resource
	// share is the part of its subjects that was read, from 0 to 1.
	share float64
	// complete is set if everything that the check reads was read.
	complete bool
	// unknown is the first subject that could not be judged, by its namespace.
	unknown unknownSubject
}

// unknownSubject says why a subject could not be judged.
type unknownSubject struct {
	Namespace string `json:"namespace"`
	Reason    string `json:"reason"`
}

func newOutcome(check *Check, position int) *outcome {
	return &outcome{Check: api.Check{
		ID: check.ID, Category: check.Category.Name, Severity: check.Severity, DefaultSeverity: check.defaultSeverity, Urgency: check.urgency(),
	}, check: check, position: position}
}

// read finds out whether the check can judge, and how many of its subjects were read.
func (o *outcome) read(inv *inventory.Inventory) {
	o.judges, o.unread, o.share, o.complete, o.Reason = false, nil, 0, true, ""
	if !o.check.Judge.concerns(inv.Scope) {
		return
	}
	o.judges = true
	for _, need := range o.check.Reads.Needs {
		if inv.Read(need).State != inventory.Complete {
			o.unread = append(o.unread, need)
		}
	}
	for _, r := range o.check.Judge.reads() {
		read := inv.Read(r)
		o.share += read.Share() / float64(len(o.check.Judge.reads()))
		if read.State != inventory.Complete && o.complete {
			o.complete, o.Reason = false, read.Why()
		}
	}
}

func (o *outcome) add(c count) {
	o.Judged += c.judged
	o.Unknown += c.unknown
	o.Failed += c.failed
	o.Suppressed += c.suppressed
	o.Folded += c.folded
	if first := c.first; o.unknown.Reason == "" || first.Reason != "" && first.Namespace < o.unknown.Namespace {
		o.unknown = first
	}
}

// why returns the reason why not everything was judged.
func (o *outcome) why() string { return cmp.Or(o.Reason, o.unknown.Reason) }

// covered returns the share of the check that could be judged, from 0 to 1.
func (o *outcome) covered() float64 {
	switch {
	case !o.judges || o.Judged == 0 && (o.Unknown > 0 || !o.complete):
		return 0
	case o.Unknown > 0:
		return o.share * float64(o.Judged) / float64(o.Judged+o.Unknown)
	}
	return o.share
}

func (o *outcome) conclude() api.Check {
	o.Reason = o.why()
	switch {
	case o.Failed+o.Folded > 0:
		o.Outcome = api.Fail
	case !o.complete || o.Unknown > 0:
		o.Outcome = api.Unknown
	case o.Suppressed > 0:
		o.Outcome = api.AllSuppressed
	case o.Judged == 0:
		o.Outcome = api.NotApplicable
	default:
		o.Outcome = api.Pass
	}
	return o.Check
}
