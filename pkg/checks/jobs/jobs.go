// Package jobs holds the checks of work that should end: Jobs and the CronJobs
// that create them.
package jobs

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of the checks in this package.
var Category = audit.Category{Name: "jobs", Fixtures: fixtures}

// Checks are the checks of the category, worst first.
var Checks = []*audit.Check{
	JobRunaway,
	JobFailed,
	CronJobFailing,
	CronJobNeverSucceeded,
	JobRetriesUnbounded,
	JobBlockedBySidecar,
	CronJobMissedSchedules,
	CronJobOverlapping,
	JobWithoutDeadline,
	JobNotCleanedUp,
	CronJobSuspended,
}

// fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var fixtures embed.FS
