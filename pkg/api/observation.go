package api

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Observation says what happened in a cluster while it was watched.
type Observation struct {
	From metav1.Time `json:"from"`
	To   metav1.Time `json:"to"`
	// Seconds is the time between the two.
	Seconds int      `json:"seconds"`
	Counts  Happened `json:"counts"`
	// Missed lists resources whose changes were not seen all the time. It is empty
	// if nothing was missed.
	Missed []Missed `json:"missed"`
}

// Happened counts events within a time.
type Happened struct {
	// ReadinessLost counts endpoints that served and then were not ready.
	ReadinessLost int `json:"readinessLost"`
	Restarts      int `json:"restarts"`
	OOMKills      int `json:"oomKills"`
	PodsMade      int `json:"podsMade"`
	// PodsLost counts pods that failed, or were deleted before they had succeeded.
	PodsLost int `json:"podsLost"`
	// PodsStuck counts pods that were created, progressed or lost readiness, and then were not
	// ready and made no progress for at least a minute, to the end of the observation.
	PodsStuck int `json:"podsStuck"`
}

// Missed describes a resource whose changes were not seen for some time.
type Missed struct {
	Resource string `json:"resource"`
	Seconds  int    `json:"seconds"`
	// Reason is short and stable: forbidden, expired, connection lost.
	Reason string `json:"reason"`
}

func (o *Observation) sanitize() {
	if o == nil {
		return
	}
	for i := range o.Missed {
		o.Missed[i].Resource, o.Missed[i].Reason = Value(o.Missed[i].Resource), Value(o.Missed[i].Reason)
	}
}
