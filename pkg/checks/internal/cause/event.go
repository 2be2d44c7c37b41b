// Package cause finds the words in which a cluster says why something fails.
package cause

import (
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Stage is the step that a Warning reports as failing.
type Stage int

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

// reason describes the Events with one reason.
type reason struct {
	stage Stage
	// summary reasons repeat that something has failed, but not why.
	summary bool
}

// reasons lists all reasons of Warnings in which checks look for a cause. Failed
// probes, hooks and pulls, which are about a container, are read separately.
var reasons = map[string]reason{
	"FailedCreate":          {stage: Making},
	"ReplicaSetCreateError": {stage: Making},
	// Of returns the Warning about an object that best explains why a stage
	// fails: Warnings that name a cause come before those that do not, then the
	// newest counts. Some causes are reported once while their consequence is
	// repeated, so it may be an older one; but there is none unless one of the
	// stage is recent.
	"FailedNeedsStart":           {stage: Making},
	"UnparseableSchedule":        {stage: Making},
	"UnParseableCronJobSchedule": {stage: Making},
	"InvalidSchedule":            {stage: Making},
	"UnsupportedSchedule":        {stage: Making},
	"UnknownTimeZone":            {stage: Making},
	"MissSchedule":               {stage: Making, summary: true},
	"TooManyMissedTimes":         {stage: Making, summary: true},

	"FailedScheduling":            {stage: Placing},
	"FailedResourceClaimCreation": {stage: Placing},

	"FailedAttachVolume":              {stage: Preparing},
	"FailedMount":                     {stage: Preparing},
	"FailedMountOnFilesystemMismatch": {stage: Preparing},
	"FailedMapVolume":                 {stage: Preparing},
	"VolumeResizeFailed":              {stage: Preparing},
	"FileSystemResizeFailed":          {stage: Preparing},
	"FailedPrepareDynamicResources":   {stage: Preparing},
	"NetworkNotReady":                 {stage: Preparing},
	"FailedCreatePodContainer":        {stage: Preparing},
	"FailedCreatePodSandBox":          {stage: Preparing},
	"FailedPodSandBoxStatus":          {stage: Preparing},
	"ProviderCreateFailed":            {stage: Preparing},
	"FailedSync":                      {stage: Preparing, summary: true},

	"FailedKillPod":       {stage: Ending},
	"ExceededGracePeriod": {stage: Ending},
}

// vague lists the words of messages that only say that something took too long or
// is already being tried.
var vague = []string{
	"Unable to attach or mount volumes", "timed out waiting for the condition", "context deadline exceeded",
	"DeadlineExceeded", "already exists", "Error syncing pod",
}

// namesCause reports whether an Event says why.
func namesCause(e *inventory.Event) bool {
	if reasons[e.Reason].summary {
		return false
	}
	for _, words := range vague {
		if strings.Contains(e.Message, words) {
			return false
		}
	}
	return true
}

// EventsRecent is how old the last Warning may be to describe the present:
// controllers and the kubelet try again every 2 minutes or so, and if they fail
// often, only one Event in 5 minutes is kept.
const EventsRecent = 10 * time.Minute

// Of is the Warning about an object that says best why a stage does not succeed:
// one that names a cause comes before those that do not, then the newest counts.
// Some causes are told once while their consequence is repeated, so it may be an
// older one; but there is none unless one of the stage is recent.
func Of(p *audit.Pass, o *inventory.Object, stage Stage, recent time.Duration) *inventory.Event {
	var best *inventory.Event
	goesOn := false
	for _, e := range p.EventsOf(o) {
		if reasons[e.Reason].stage != stage {
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
	if namesCause(e) != namesCause(than) {
		return namesCause(e)
	}
	return !e.Last.Before(than.Last)
}

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
