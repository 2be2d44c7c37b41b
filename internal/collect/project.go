package collect

import (
	"encoding/json"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// This file turns one API object into facts. It must not keep the object.

func projectPod(p *corev1.Pod) *inventory.Pod {
	pod := &inventory.Pod{Object: objectOf("v1", "Pod", p), Node: p.Spec.NodeName, Phase: p.Status.Phase}
	if pod.Owner != nil {
		// Its workload speaks for it; a template's annotations are on every pod.
		pod.Ignore = nil
	}
	exception := inventory.PodException{Reason: p.Status.Reason, Message: p.Status.Message}
	var containersReady inventory.Condition
	_, exception.Mirror = p.Annotations[mirrorAnnotation]
	if p.Status.StartTime != nil && !cameUp(&p.Status) {
		exception.Started = p.Status.StartTime.Time
	}
	for _, c := range p.Status.Conditions {
		switch c.Type {
		case corev1.PodReady:
			pod.Ready = podCondition(&c, c.Reason == inventory.ReadinessGatesNotReady)
		case corev1.ContainersReady:
			containersReady = podCondition(&c, false)
		case corev1.PodScheduled:
			// That it was placed is the rule, and is said by its node.
			if c.Status != corev1.ConditionTrue {
				exception.Unscheduled = podCondition(&c, true)
			}
		case corev1.PodResizePending, corev1.PodResizeInProgress:
			if exception.ResizePending.Reason == "" {
				exception.ResizePending = podCondition(&c, true)
			}
		case corev1.DisruptionTarget:
			exception.Disrupted = podCondition(&c, true)
		}
	}
	if containersReady.Status != pod.Ready.Status || !containersReady.Since.Equal(pod.Ready.Since) {
		exception.ContainersReadyApart = &containersReady
	}
	for i, ip := range p.Status.PodIPs {
		isIPv6 := strings.Contains(ip.IP, ":")
		exception.OnlyIPv6 = isIPv6 && (i == 0 || exception.OnlyIPv6)
		exception.IPv6 = exception.IPv6 || isIPv6
	}
	pod.PodException = orShared(exception, ordinaryPod, dualStackPod, ipv6Pod)
	pod.Containers = make([]inventory.Container, 0,
		len(p.Status.InitContainerStatuses)+len(p.Status.ContainerStatuses)+len(p.Status.EphemeralContainerStatuses))
	for i := range p.Status.InitContainerStatuses {
		status := &p.Status.InitContainerStatuses[i]
		spec := containerNamed(p.Spec.InitContainers, status.Name)
		kind := inventory.Init
		if spec != nil {
			kind = inventory.KindOfInit(spec)
		}
		pod.Containers = append(pod.Containers, projectContainer(status, spec, &p.Spec, kind))
	}
	for i := range p.Status.ContainerStatuses {
		status := &p.Status.ContainerStatuses[i]
		pod.Containers = append(pod.Containers,
			projectContainer(status, containerNamed(p.Spec.Containers, status.Name), &p.Spec, inventory.App))
	}
	for i := range p.Status.EphemeralContainerStatuses {
		pod.Containers = append(pod.Containers,
			projectContainer(&p.Status.EphemeralContainerStatuses[i], nil, &p.Spec, inventory.Ephemeral))
	}
	return pod
}

// cameUp reports whether all that a pod waited for at its start is there.
func cameUp(s *corev1.PodStatus) bool {
	waits := func(c corev1.ContainerStatus) bool { return c.State.Waiting != nil }
	return (s.Phase == corev1.PodRunning || s.Phase == corev1.PodSucceeded) &&
		!slices.ContainsFunc(s.InitContainerStatuses, waits) && !slices.ContainsFunc(s.ContainerStatuses, waits)
}

func containerNamed(containers []corev1.Container, name string) *corev1.Container {
	for i := range containers {
		if containers[i].Name == name {
			return &containers[i]
		}
	}
	return nil
}

func projectContainer(status *corev1.ContainerStatus, spec *corev1.Container, pod *corev1.PodSpec, kind inventory.ContainerKind) inventory.Container {
	c := inventory.Container{
		ContainerIdentity: &inventory.ContainerIdentity{
			Name: status.Name, Kind: kind, Image: status.Image, ImageID: status.ImageID,
		},
		Ready: status.Ready, Restarts: max(status.RestartCount, 0),
	}
	exception := inventory.ContainerException{
		Ended: projectTermination(status.State.Terminated),
		Last:  projectTermination(status.LastTerminationState.Terminated),
	}
	if status.State.Running != nil {
		c.RunningSince = status.State.Running.StartedAt.Time
		c.Starting = status.Started != nil && !*status.Started
	}
	if c.Image == "" && spec != nil {
		c.Image = spec.Image
	}
	if status.State.Waiting != nil {
		waiting := status.State.Waiting
		exception.Waiting, exception.WaitingMessage = waiting.Reason, waiting.Message
		exception.Absent = absenceToldBy(waiting.Reason, waiting.Message)
	}
	if spec != nil && status.Resources != nil && !status.Resources.Limits.Memory().IsZero() &&
		spec.Resources.Limits.Memory().Cmp(*status.Resources.Limits.Memory()) != 0 {
		exception.WantedMemory = spec.Resources.Limits.Memory().Value()
	}
	c.ContainerException = orShared(exception, steadyContainer)
	switch {
	case status.Resources != nil && !status.Resources.Limits.Memory().IsZero():
		c.MemoryLimit = status.Resources.Limits.Memory().Value()
	case spec != nil && !spec.Resources.Limits.Memory().IsZero():
		c.MemoryLimit = spec.Resources.Limits.Memory().Value()
	case pod.Resources != nil:
		c.MemoryLimit = pod.Resources.Limits.Memory().Value()
	}
	return c
}

// orShared keeps a value, unless it is equal to one that is shared.
func orShared[T comparable](value T, shared ...*T) *T {
	for _, s := range shared {
		if value == *s {
			return s
		}
	}
	return &value
}

func projectTermination(t *corev1.ContainerStateTerminated) *inventory.Termination {
	if t == nil {
		return nil
	}
	return &inventory.Termination{
		Reason: t.Reason, Message: t.Message, ExitCode: t.ExitCode, Signal: t.Signal,
		Started: t.StartedAt.Time, Finished: t.FinishedAt.Time,
	}
}

// A LimitRange's note reads "LimitRanger plugin set: cpu, memory request for
// container app; memory limit for container app".
var limitRangerNote = regexp.MustCompile(`([a-z0-9./, -]+) limit for (?:init )?container ([a-z0-9-]+)`)

func limitedBy(note string) []string {
	var limited []string
	for _, match := range limitRangerNote.FindAllStringSubmatch(note, -1) {
		for _, name := range splitList(match[1]) {
			limited = append(limited, match[2]+"/"+name)
		}
	}
	return limited
}

func projectTemplate(meta *metav1.ObjectMeta, spec *corev1.PodSpec) *inventory.Template {
	t := &inventory.Template{Labels: meta.Labels, Spec: *spec}
	setDefaults(&t.Spec)
	return t
}

func admittedTemplate(p *corev1.Pod) *inventory.Template {
	t := projectTemplate(&p.ObjectMeta, &p.Spec)
	// A manifest that was never applied has no phase.
	t.Admitted = p.Status.Phase != ""
	t.QOSClass = p.Status.QOSClass
	t.Limited = limitedBy(p.Annotations[limitRangerAnnotation])
	t.Injected = injectedBy(p.Annotations)
	return t
}

func projectJob(j *batchv1.Job) *inventory.Job {
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

// completions is 1 where neither it nor parallelism is set.
func completions(s *batchv1.JobSpec) *int32 {
	if s.Completions == nil && s.Parallelism == nil {
		one := int32(1)
		return &one
	}
	return s.Completions
}

// backoffLimit is the limit in force: 6 unless set, and none for a Job that
// counts per index.
func backoffLimit(s *batchv1.JobSpec) int32 {
	if s.BackoffLimit == nil && s.BackoffLimitPerIndex != nil {
		return 1<<31 - 1
	}
	return ptr.Deref(s.BackoffLimit, 6)
}

// templateHash leaves out the labels that the Job controller adds to each.
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

func projectCronJob(c *batchv1.CronJob) *inventory.CronJob {
	cron := &inventory.CronJob{
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

func projectService(s *corev1.Service) *inventory.Service {
	return &inventory.Service{
		Object: objectOf("v1", "Service", s), Selector: s.Spec.Selector,
		Headless: s.Spec.ClusterIP == corev1.ClusterIPNone, BreaksCircuits: breaksCircuits(s),
		External:          s.Spec.Type == corev1.ServiceTypeExternalName,
		PublishesNotReady: s.Spec.PublishNotReadyAddresses, Ports: s.Spec.Ports, MetricsOnly: metricsOnly(s),
		Exposed: s.Spec.Type == corev1.ServiceTypeNodePort || s.Spec.Type == corev1.ServiceTypeLoadBalancer || len(s.Spec.ExternalIPs) > 0,
	}
}

// breaksCircuits tells Linkerd's failure accrual, which is set on the Service.
func breaksCircuits(s *corev1.Service) bool {
	_, set := s.Annotations[failureAccrualAnnotation]
	return set
}

func projectEndpointSlice(s *discoveryv1.EndpointSlice) *inventory.EndpointSlice {
	slice := &inventory.EndpointSlice{
		Object:  objectOf("discovery.k8s.io/v1", "EndpointSlice", s),
		Service: s.Labels[discoveryv1.LabelServiceName], ManagedBy: s.Labels[discoveryv1.LabelManagedBy],
		AddressType: s.AddressType, Generation: s.Generation,
		Endpoints: make([]inventory.Endpoint, 0, len(s.Endpoints)),
	}
	slice.Labels = nil
	if at, err := time.Parse(time.RFC3339Nano, s.Annotations[triggerAnnotation]); err == nil {
		slice.Triggered = at
	}
	for _, e := range s.Endpoints {
		endpoint := inventory.Endpoint{
			Node: ptr.Deref(e.NodeName, ""), Zone: ptr.Deref(e.Zone, ""),
			// Both are nil for hand-made slices: nil means serving.
			Serving:     ptr.Deref(e.Conditions.Serving, ptr.Deref(e.Conditions.Ready, true)),
			Terminating: ptr.Deref(e.Conditions.Terminating, false),
		}
		if ref := e.TargetRef; ref != nil && ref.Kind == "Pod" {
			endpoint.PodName = ref.Name
		}
		slice.Endpoints = append(slice.Endpoints, endpoint)
	}
	return slice
}

func projectBudget(b *policyv1.PodDisruptionBudget) *inventory.PodDisruptionBudget {
	selector, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
	if err != nil {
		selector = labels.Nothing()
	}
	return &inventory.PodDisruptionBudget{
		Object: objectOf("policy/v1", "PodDisruptionBudget", b), Selector: selector,
		MinAvailable: b.Spec.MinAvailable, MaxUnavailable: b.Spec.MaxUnavailable,
		Generation: b.Generation, Status: b.Status,
	}
}

func projectAutoscaler(h *autoscalingv2.HorizontalPodAutoscaler) *inventory.HorizontalPodAutoscaler {
	scaler := &inventory.HorizontalPodAutoscaler{
		Object: objectOf("autoscaling/v2", "HorizontalPodAutoscaler", h), Target: h.Spec.ScaleTargetRef,
		Min: ptr.Deref(h.Spec.MinReplicas, 1), Max: h.Spec.MaxReplicas,
		Current: h.Status.CurrentReplicas, Desired: h.Status.DesiredReplicas, Conditions: h.Status.Conditions,
	}
	if h.Status.LastScaleTime != nil {
		scaler.LastScaled = h.Status.LastScaleTime.Time
	}
	return scaler
}

func projectEvent(e *corev1.Event) *inventory.Event {
	message := strings.TrimPrefix(e.Message, combined)
	about := &e.InvolvedObject
	event := &inventory.Event{
		Name: e.Name, Regarding: inventory.Regarding{Kind: about.Kind, Namespace: about.Namespace, Name: about.Name, UID: about.UID},
		Reason: e.Reason, Message: message, Stage: reasons[e.Reason].stage, Vague: isVague(e.Reason, message),
		Probe: probeFailure(e.Reason, message), Absent: absencesToldBy(e.Reason, message),
		Count: e.Count,
		First: e.FirstTimestamp.Time, Last: e.LastTimestamp.Time,
		Container: containerOfFieldPath(about.FieldPath),
	}
	if event.Stage == inventory.Making {
		event.Refusal = refusal(message)
	}
	// The newer events API leaves the old fields empty.
	if event.First.IsZero() {
		event.First = e.EventTime.Time
	}
	if e.Series != nil {
		event.Count = max(event.Count, e.Series.Count)
		if e.Series.LastObservedTime.After(event.Last) {
			event.Last = e.Series.LastObservedTime.Time
		}
	}
	if event.Last.IsZero() {
		event.Last = event.First
	}
	event.Count = max(event.Count, 1)
	return event
}

// containerOfFieldPath reads "app" out of "spec.containers{app}".
var fieldPathContainer = regexp.MustCompile(`^spec\.(?:init|ephemeral)?[cC]ontainers\{([^}]+)\}$`)

func containerOfFieldPath(path string) string {
	if match := fieldPathContainer.FindStringSubmatch(path); match != nil {
		return match[1]
	}
	return ""
}

// The pods of a cluster are mostly ordinary in one of these ways.
var (
	ordinaryPod  = &inventory.PodException{}
	dualStackPod = &inventory.PodException{IPv6: true}
	ipv6Pod      = &inventory.PodException{IPv6: true, OnlyIPv6: true}
)

var steadyContainer = &inventory.ContainerException{}
