package inventory

// Stage is the step of a pod's life that a Warning reports as failing.
type Stage uint8

const (
	// Making is the stage in which a controller creates pods or Jobs.
	Making Stage = iota + 1
	// Placing is the stage in which the scheduler looks for a node for a pod.
	Placing
	// Preparing is the stage in which the node prepares the pod before any container starts.
	Preparing
	// Ending is the stage in which the node ends the pod.
	Ending
)
