package collect

import (
	"encoding/json"
	"hash/fnv"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func projectJob(j *batchv1.Job) *controller {
	c := controllerOf("batch/v1", "Job", j)
	if c.job = jobOf(j); !c.job.Finished() {
		c.template = templateOf(&j.Spec.Template)
	}
	return c
}

func projectCronJob(j *batchv1.CronJob, unsaid Unsaid) *controller {
	c := controllerOf("batch/v1", "CronJob", j)
	c.template, c.cronJob = templateOf(&j.Spec.JobTemplate.Spec.Template), cronJobOf(j, unsaid)
	return c
}

func jobOf(j *batchv1.Job) *inventory.Job {
	job := &inventory.Job{
		Object:        objectOf("batch/v1", "Job", j),
		Suspended:     j.Spec.Suspend != nil && *j.Spec.Suspend,
		RestartPolicy: j.Spec.Template.Spec.RestartPolicy,
		Parallelism:   ptr.Deref(j.Spec.Parallelism, 1),
		Completions:   completions(&j.Spec),
		BackoffLimit:  backoffLimit(&j.Spec),
		PerIndex:      j.Spec.BackoffLimitPerIndex, MaxFailedIndexes: j.Spec.MaxFailedIndexes,
		Deadline: j.Spec.ActiveDeadlineSeconds, TTL: j.Spec.TTLSecondsAfterFinished,
		Active: j.Status.Active, Succeeded: j.Status.Succeeded, Failed: j.Status.Failed,
		TemplateHash: templateHash(&j.Spec.Template),
	}
	if by := j.Spec.ManagedBy; by != nil && *by != batchv1.JobControllerName {
		job.Foreign = *by
	}
	if policy := j.Spec.PodFailurePolicy; policy != nil {
		for _, rule := range policy.Rules {
			if rule.Action == batchv1.PodFailurePolicyActionIgnore {
				job.IgnoresFailures = true
			}
		}
	}
	_, job.Hook = j.Annotations[helmHookAnnotation]
	if j.Status.FailedIndexes != nil {
		job.FailedIndexes = *j.Status.FailedIndexes
	}
	if j.Status.StartTime != nil {
		job.Started = j.Status.StartTime.Time
	}
	if j.Status.CompletionTime != nil {
		job.Completed = j.Status.CompletionTime.Time
	}
	for _, c := range j.Status.Conditions {
		holds := c.Status == corev1.ConditionTrue
		switch {
		case c.Type == batchv1.JobFailed && holds:
			job.Failure = &inventory.JobFailure{Reason: c.Reason, Message: c.Message, At: c.LastTransitionTime.Time}
		case c.Type == batchv1.JobComplete && holds && job.Completed.IsZero():
			job.Completed = c.LastTransitionTime.Time
		case (c.Type == batchv1.JobFailureTarget || c.Type == batchv1.JobSuccessCriteriaMet) && holds:
			job.Ending = true
		case c.Type == batchv1.JobSuspended && !holds:
			job.Resumed = true
		}
	}
	return job
}

// completions returns 1 if neither completions nor parallelism is set.
func completions(s *batchv1.JobSpec) *int32 {
	if s.Completions == nil && s.Parallelism == nil {
		one := int32(1)
		return &one
	}
	return s.Completions
}

// backoffLimit returns the effective limit: 6 unless set, and none for a Job that
// counts failures per index.
func backoffLimit(s *batchv1.JobSpec) int32 {
	if s.BackoffLimit == nil && s.BackoffLimitPerIndex != nil {
		return 1<<31 - 1
	}
	return ptr.Deref(s.BackoffLimit, 6)
}

// templateHash ignores the labels that the Job controller adds to each template.
func templateHash(t *corev1.PodTemplateSpec) uint64 {
	own := map[string]string{}
	for name, value := range t.Labels {
		switch name {
		case "controller-uid", "job-name", batchv1.ControllerUidLabel, batchv1.JobNameLabel:
		default:
			own[name] = value
		}
	}
	hash := fnv.New64a()
	encoder := json.NewEncoder(hash)
	// Writing to a hash and encoding API types cannot fail.
	_ = encoder.Encode(own)
	_ = encoder.Encode(t.Spec)
	return hash.Sum64()
}

func cronJobOf(c *batchv1.CronJob, unsaid Unsaid) *inventory.CronJob {
	cron := &inventory.CronJob{
		Unwritten: unsaid.Status, SuccessUnrecorded: unsaid.Success,
		Schedule: c.Spec.Schedule, TimeZone: ptr.Deref(c.Spec.TimeZone, ""),
		Suspended:        c.Spec.Suspend != nil && *c.Spec.Suspend,
		Concurrency:      c.Spec.ConcurrencyPolicy,
		StartingDeadline: c.Spec.StartingDeadlineSeconds,
		Active:           len(c.Status.Active),
		Completions:      completions(&c.Spec.JobTemplate.Spec),
		BackoffLimit:     backoffLimit(&c.Spec.JobTemplate.Spec),
		PerIndex:         c.Spec.JobTemplate.Spec.BackoffLimitPerIndex,
		MaxFailedIndexes: c.Spec.JobTemplate.Spec.MaxFailedIndexes,
		Deadline:         c.Spec.JobTemplate.Spec.ActiveDeadlineSeconds,
		KeepsFailed: ptr.Deref(c.Spec.FailedJobsHistoryLimit, 1) > 0 &&
			c.Spec.JobTemplate.Spec.TTLSecondsAfterFinished == nil,
	}
	if cron.Concurrency == "" {
		cron.Concurrency = batchv1.AllowConcurrent
	}
	if c.Status.LastScheduleTime != nil {
		cron.LastSchedule = c.Status.LastScheduleTime.Time
	}
	if c.Status.LastSuccessfulTime != nil {
		cron.LastSuccess = c.Status.LastSuccessfulTime.Time
	}
	return cron
}
