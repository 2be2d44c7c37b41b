// Package cause finds the words in which a cluster says why something fails.
package cause

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// EventsRecent limits the age of a Warning that describes the present:
// controllers and the kubelet try again every 2 minutes or so, and if they fail
// often, only one Event in 5 minutes is kept.
const EventsRecent = 10 * time.Minute

// Of is the Warning about an object that says best why a stage does not succeed:
// one that names a cause comes before those that do not, then the newest counts.
// Some causes are told once while their consequence is repeated, so it may be an
// older one; but there is none unless one of the stage is recent.
func Of(p *audit.Pass, o *inventory.Object, stage inventory.Stage, recent time.Duration) *inventory.Event {
	var best *inventory.Event
	goesOn := false
	for _, e := range p.EventsOf(o) {
		if e.Stage != stage {
			continue
		}
		goesOn = goesOn || p.Within(e.Last, recent)
		if best == nil || better(e, best) {
			best = e
		}
	}
	if !goesOn {
		return nil
	}
	return best
}

func better(e, than *inventory.Event) bool {
	if e.Vague != than.Vague {
		return than.Vague
	}
	return !e.Last.Before(than.Last)
}

// AnswerLength limits how much of a probe's answer a message repeats.
const AnswerLength = 100

// Text returns an Event's reason and message.
func Text(e *inventory.Event) string { return WithDetail(e.Reason, e.Message) }

// WithDetail returns a reason and, if there is one, its explanation.
func WithDetail(reason, message string) string {
	message = Quote(message)
	switch {
	case message == "":
		return reason
	case reason == "":
		return message
	}
	return reason + ": " + message
}
