package jobs

import (
	"fmt"
	"math"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// failuresAllowed is the number of failed pods that a Job survives. With a limit
// per index, each index survives that many and one more ends it; maxFailedIndexes
// of them may end so, and one more ends the Job.
func failuresAllowed(j *inventory.Job) int64 {
	allowed := int64(j.BackoffLimit)
	if j.PerIndex == nil || j.Completions == nil {
		return allowed
	}
	indexes := int64(*j.Completions)
	ended := indexes
	if j.MaxFailedIndexes != nil {
		ended = min(ended, int64(*j.MaxFailedIndexes)+1)
	}
	return min(allowed, indexes*int64(*j.PerIndex)+ended)
}

// bounds says what will end a Job if its pods keep failing.
func bounds(j *inventory.Job) string {
	var parts []string
	if j.PerIndex != nil {
		indexes := "no maxFailedIndexes"
		if j.MaxFailedIndexes != nil {
			indexes = fmt.Sprintf("maxFailedIndexes %d", *j.MaxFailedIndexes)
		}
		parts = append(parts, fmt.Sprintf("backoffLimitPerIndex %d", *j.PerIndex), indexes)
	}
	if limited(j) {
		parts = append(parts, fmt.Sprintf("backoffLimit %d", j.BackoffLimit))
	}
	return strings.Join(append(parts, deadline(j.Deadline)), ", ")
}

// limited reports whether the Job has an effective backoffLimit. With a limit per
// index it has none unless it is set explicitly.
func limited(j *inventory.Job) bool { return j.PerIndex == nil || j.BackoffLimit < math.MaxInt32 }

func deadline(seconds *int64) string {
	if seconds == nil {
		return "no deadline"
	}
	return "deadline " + short(*seconds)
}

// short writes seconds in kubectl's short form. The API allows more of them
// than a Duration holds.
func short(seconds int64) string {
	const most = int64(math.MaxInt64 / time.Second)
	return duration.HumanDuration(time.Duration(min(seconds, most)) * time.Second)
}

// evidence lists the counters and limits of a Job.
func evidence(j *inventory.Job) api.Evidence {
	facts := api.Evidence{"failed": int(j.Failed), "succeeded": int(j.Succeeded)}
	if limited(j) {
		facts["backoffLimit"] = int(j.BackoffLimit)
	}
	if j.Deadline != nil {
		facts["deadlineSeconds"] = int(*j.Deadline)
	}
	if j.PerIndex != nil {
		facts["backoffLimitPerIndex"] = int(*j.PerIndex)
	}
	if j.MaxFailedIndexes != nil {
		facts["maxFailedIndexes"] = int(*j.MaxFailedIndexes)
	}
	return facts
}

// perHour returns a rate per hour, of a time of at least one hour: otherwise a
// Job that fails at once and then backs off looks worse the sooner it is audited.
func perHour(n int, in time.Duration) float64 { return rounded(float64(n) / max(in.Hours(), 1)) }

// rateText formats a rate in parentheses, and nothing for a time of less than an
// hour: "10 failed in 46s (10/h)" would look like a mistake.
func rateText(rate float64, in time.Duration) string {
	if in < time.Hour {
		return ""
	}
	return fmt.Sprintf(" (%v/h)", rate)
}

// rounded keeps the digits of a rate that matter.
func rounded(rate float64) float64 {
	if rate < 1 {
		return math.Round(rate*100) / 100
	}
	return math.Round(rate*10) / 10
}
