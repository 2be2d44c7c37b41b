package inventory

// Stage is the step of a pod's life that a Warning reports as failing.
type Stage uint8

const (
	// Making: a controller creates pods or Jobs.
	Making Stage = iota + 1
	// Placing: the scheduler looks for a node for a pod.
	Placing
	// Preparing: the node prepares the pod before any container starts.
	Preparing
	// Ending: the node ends the pod.
	Ending
)
