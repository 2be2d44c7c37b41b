package api

import "slices"

// Urgency says when a fault does harm.
type Urgency string

// The urgencies, the most urgent first.
const (
	// Now means that something fails already.
	Now Urgency = "now"
	// NextEvent means that something fails at the next restart, rollout, drain,
	// loss of a node or peak of load.
	NextEvent Urgency = "next-event"
	// Later means that the fault costs, hides or hinders something.
	Later Urgency = "later"
)

// Urgencies lists all urgencies, the most urgent first.
var Urgencies = []Urgency{Now, NextEvent, Later}

// Rank is 0 for faults that do harm now.
func (u Urgency) Rank() int { return slices.Index(Urgencies, u) }
