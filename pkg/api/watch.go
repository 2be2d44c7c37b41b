package api

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// WatchKind identifies a FindingEvent.
const WatchKind = "FindingEvent"

// FindingEvent is the change of a finding in a cluster that is watched.
type FindingEvent struct {
	metav1.TypeMeta `json:",inline"`
	// Cluster is the name of the cluster.
	Cluster string `json:"cluster"`
	// Time is the time of the judgment, by the clock of the API server.
	Time metav1.Time `json:"time"`
	// Finding has the change: same for findings that are open when watching begins.
	Finding FindingDiff `json:"finding"`
}

// NewFindingEvent returns the event of a finding in a report.
func NewFindingEvent(r *Report, f FindingDiff) FindingEvent {
	return FindingEvent{
		TypeMeta: metav1.TypeMeta{APIVersion: APIVersion, Kind: WatchKind},
		Cluster:  r.Metadata.Name, Time: r.Metadata.CreationTimestamp, Finding: f,
	}
}
