package collect

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// reason describes the Warnings with one reason.
type reason struct {
	stage inventory.Stage
	// summary reasons repeat that something has failed, but not why.
	summary bool
}

// reasons lists reasons of Warnings that may name a cause. Warnings about a
// container (failed probes, hooks and pulls) are parsed separately.
var reasons = map[string]reason{
	"FailedCreate":               {stage: inventory.Making},
	"ReplicaSetCreateError":      {stage: inventory.Making},
	"FailedNeedsStart":           {stage: inventory.Making},
	"UnparseableSchedule":        {stage: inventory.Making},
	"UnParseableCronJobSchedule": {stage: inventory.Making},
	"InvalidSchedule":            {stage: inventory.Making},
	"UnsupportedSchedule":        {stage: inventory.Making},
	"UnknownTimeZone":            {stage: inventory.Making},
	"MissSchedule":               {stage: inventory.Making, summary: true},
	"TooManyMissedTimes":         {stage: inventory.Making, summary: true},

	"FailedScheduling":            {stage: inventory.Placing},
	"FailedResourceClaimCreation": {stage: inventory.Placing},

	"FailedAttachVolume":              {stage: inventory.Preparing},
	"FailedMount":                     {stage: inventory.Preparing},
	"FailedMountOnFilesystemMismatch": {stage: inventory.Preparing},
	"FailedMapVolume":                 {stage: inventory.Preparing},
	"VolumeResizeFailed":              {stage: inventory.Preparing},
	"FileSystemResizeFailed":          {stage: inventory.Preparing},
	"FailedPrepareDynamicResources":   {stage: inventory.Preparing},
	"NetworkNotReady":                 {stage: inventory.Preparing},
	"FailedCreatePodContainer":        {stage: inventory.Preparing},
	"FailedCreatePodSandBox":          {stage: inventory.Preparing},
	"FailedPodSandBoxStatus":          {stage: inventory.Preparing},
	"ProviderCreateFailed":            {stage: inventory.Preparing},
	"FailedSync":                      {stage: inventory.Preparing, summary: true},

	"FailedKillPod":       {stage: inventory.Ending},
	"ExceededGracePeriod": {stage: inventory.Ending},
}

// vague lists the words of messages that only say that something took too long or
// is already being tried.
var vague = []string{
	"Unable to attach or mount volumes", "timed out waiting for the condition", "context deadline exceeded",
	"DeadlineExceeded", "already exists", "Error syncing pod",
}

// isVague reports whether a Warning does not say why.
func isVague(reason, message string) bool {
	for _, words := range vague {
		if strings.Contains(message, words) {
			return true
		}
	}
	return reasons[reason].summary
}
