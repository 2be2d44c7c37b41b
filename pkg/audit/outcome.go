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
	// unknown is the first subject that could not be judged.
	unknown unknownSubject
}

// unknownSubject says why a subject could not be judged.
type unknownSubject struct {
	Namespace string `json:"namespace"`
	Reason    string `json:"reason"`
}

// outcomeOf finds out whether a check can judge, and how many of its subjects were
// read.
func (a *assessment) outcomeOf(check *Check) *outcome {
	o := &outcome{Check: api.Check{
		ID: check.ID, Category: check.Category.Name, Severity: check.Severity, DefaultSeverity: check.defaultSeverity, Urgency: check.urgency(),
	}, check: check, complete: true}
	if !check.Judge.concerns(a.inv.Scope) {
		return o
	}
	o.judges = true
	for _, need := range check.Reads.Needs {
		if a.inv.Read(need).State != inventory.Complete {
			o.unread = append(o.unread, need)
		}
	}
	for _, r := range check.Judge.reads() {
		read := a.inv.Read(r)
		o.share += read.Share() / float64(len(check.Judge.reads()))
		if read.State != inventory.Complete && o.complete {
			o.complete, o.Reason = false, read.Why()
		}
	}
	return o
}

func (o *outcome) add(c count) {
	o.Judged += c.judged
	o.Unknown += c.unknown
	o.Failed += c.failed
	o.Suppressed += c.suppressed
	o.Folded += c.folded
	if o.unknown.Reason == "" {
		o.unknown = c.first
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
