package api

import "slices"

// Urgency says when a fault does harm.
type Urgency string

// The urgencies, the first to act on first.
const (
	// Now: it fails already.
	Now Urgency = "now"
	// NextEvent: it fails at the next restart, rollout, drain, loss of a node or
	// peak of load.
	NextEvent Urgency = "next-event"
	// Later: it costs, hides or hinders.
	Later Urgency = "later"
)

// Urgencies are all of them, the most urgent first.
var Urgencies = []Urgency{Now, NextEvent, Later}

// Rank is 0 for what fails now.
func (u Urgency) Rank() int { return slices.Index(Urgencies, u) }
