package inventory

import (
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// Job contains the facts about one Job.
type Job struct {
	Object
	Started   time.Time
	Completed time.Time
	Suspended bool
	// Resumed Jobs were suspended before. Their Started is the time of the
	// resumption, while their counters go back to their creation.
	Resumed bool
	// Ending is set once the outcome of the Job is decided, until its last pods are
	// gone and it counts as complete or failed.
	Ending bool
	// Hook is set for Jobs that Helm creates, awaits and deletes.
	Hook bool
	// Foreign names the controller that runs the Job instead of the built-in one,
	// whose rules then do not apply.
	Foreign       string
	RestartPolicy corev1.RestartPolicy
	Parallelism   int32
	// Completions is nil for a work queue, which ends with its first success.
	Completions  *int32
	BackoffLimit int32
	// PerIndex is backoffLimitPerIndex. MaxFailedIndexes limits the indexes that
	// may fail.
	PerIndex         *int32
	MaxFailedIndexes *int32
	// Deadline is activeDeadlineSeconds.
	Deadline *int64
	// TTL is ttlSecondsAfterFinished.
	TTL *int32
	// IgnoresFailures is set if a pod failure policy does not count some failures.
	IgnoresFailures bool
	Active          int32
	Succeeded       int32
	// Failed only ever grows. It also counts pods that were evicted or deleted.
	Failed int32
	// FailedIndexes are the indexes that failed for good, as in "1,3-5".
	FailedIndexes string
	// Failure is set if the Job has the condition Failed.
	Failure *JobFailure
	// TemplateHash is equal for Jobs made from the same pod template.
	TemplateHash uint64
	// Alike lists all Jobs of the namespace with the same template, including this
	// one, sorted by creation.
	Alike []*Job
}

// JobFailure describes the failure of a Job.
type JobFailure struct {
	Reason  string
	Message string
	At      time.Time
}

// Finished reports whether the Job has ended, with success or failure.
func (j *Job) Finished() bool { return j.Failure != nil || !j.Completed.IsZero() }

// CronJob contains the facts about one CronJob.
type CronJob struct {
	Schedule    string
	TimeZone    string
	Suspended   bool
	Concurrency batchv1.ConcurrencyPolicy
	// StartingDeadline is startingDeadlineSeconds.
	StartingDeadline *int64
	Active           int
	LastSchedule     time.Time
	LastSuccess      time.Time
	// Unwritten is set for an object in a file that has no status.
	// SuccessUnrecorded is set if the server does not record successes, as before
	// 1.21.
	Unwritten, SuccessUnrecorded bool
	// KeepsFailed is set if at least the latest failed Job stays: neither the
	// history limit nor ttlSecondsAfterFinished removes it.
	KeepsFailed bool
	// Completions, BackoffLimit, PerIndex, MaxFailedIndexes and Deadline are those
	// of its Jobs.
	Completions      *int32
	BackoffLimit     int32
	PerIndex         *int32
	MaxFailedIndexes *int32
	Deadline         *int64
}
