package inventory

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Workload is the unit that a team owns and fixes: the top owner of its pods, or
// a pod without an owner.
type Workload struct {
	Object
	// Existence says what is known about the object itself. Sometimes only the
	// ownerReferences of its pods name it.
	Existence Existence
	// Replicas is the number of pods that it asks for, if it asks for a number. In
	// a manifest, it is the number that its autoscaler will set.
	Replicas *int32
	// Selector selects the pods of a Deployment or StatefulSet. It is nil for other
	// kinds.
	Selector *metav1.LabelSelector
	// Templates are the pod specs that run, one per revision with pods, the newest
	// first. If no pod runs, it is the workload's own template.
	Templates []*Template
	// Declared is the controller's own template, before admission adds to it. A
	// patch changes this one. It is nil if the controller was not read or no longer
	// runs anything.
	Declared *Template
	Pods     []*Pod
	// Jobs are the Job itself or the Jobs of a CronJob, sorted by creation.
	Jobs    []*Job
	CronJob *CronJob
	// Services and Budgets select its pods or, if it has none, its template. A
	// Service that is only for metrics is not included, because no request comes
	// that way.
	Services []*Service
	Budgets  []*PodDisruptionBudget
	// Autoscalers change its Replicas.
	Autoscalers []*HorizontalPodAutoscaler
	// Rollout is set for Deployments, StatefulSets and DaemonSets.
	Rollout *Rollout
	// Controllers are the ReplicaSets and Jobs between it and its pods. Events may
	// be about them.
	Controllers []*Object
	// Revised counts the known changes of the object that makes its pods, since its
	// creation. Each change may have added or removed any number of pods.
	Revised int64
	// Observed is nil unless pods appeared, were lost or got stuck in an observation.
	Observed *ObservedPods
}

// ConfirmedOwner is the answer to a request for an owner that no list contained.
type ConfirmedOwner struct {
	Object
	Existence Existence
}

// Maker is a custom resource that makes pods in an unknown way, with labels that
// the pods may have.
type Maker struct {
	Object
	Labels map[string]string
}

// Existence says what is known about a pod's owner.
type Existence struct {
	State ExistenceState
	// Why explains the state Unverified.
	Why string
}

// ExistenceState says whether an owner exists.
type ExistenceState string

const (
	// Listed owners were read.
	Listed ExistenceState = "listed"
	// Gone owners are confirmed not to exist, or another object has their name.
	Gone ExistenceState = "gone"
	// Unverified owners were not read. No check may claim anything about them.
	Unverified ExistenceState = "unverified"
)

// Template is a pod spec as it runs, without the values of environment
// variables.
type Template struct {
	// Labels are the labels of the pods, or those of the template itself.
	Labels map[string]string
	// Admitted is set if the spec comes from a pod, after admission. Otherwise it
	// is the controller's own, with the defaults of the namespace's LimitRanges.
	Admitted bool
	// Limited lists, as "container/resource", the values that a LimitRange has set.
	Limited []string
	// QOSClass is the class that the API server gives its pods, empty if there are
	// none.
	QOSClass corev1.PodQOSClass
	Spec     corev1.PodSpec
	// Injected lists the containers that were added to the pods, according to the
	// pods' annotations.
	Injected []string
	// WindowsNode is set if its pods run on a node with Windows.
	WindowsNode bool

	// all and longRunning are filled once the template is complete.
	all, longRunning []*corev1.Container
}

// Judged returns the pods that count: neither being deleted nor finished. The
// caller must not change the slice.
func (w *Workload) Judged() []*Pod {
	leaves := func(p *Pod) bool { return !p.judged() }
	if !slices.ContainsFunc(w.Pods, leaves) {
		return slices.Clip(w.Pods)
	}
	return slices.DeleteFunc(slices.Clone(w.Pods), leaves)
}

// RunsToCompletion reports whether the workload's pods are meant to end.
func (w *Workload) RunsToCompletion() bool {
	if w.Kind == "Job" || w.Kind == "CronJob" {
		return true
	}
	return len(w.Templates) > 0 && w.Templates[0].Spec.RestartPolicy != corev1.RestartPolicyAlways
}

// LastSuccess returns the time at which a run of a Job or CronJob last
// succeeded, zero if none is known to have succeeded. A CronJob records it
// forever, but was read before its Jobs.
func (w *Workload) LastSuccess() time.Time {
	var last time.Time
	if w.CronJob != nil {
		last = w.CronJob.LastSuccess
	}
	for _, j := range w.Jobs {
		if j.Completed.After(last) {
			last = j.Completed
		}
	}
	return last
}

// SharesClaim reports whether all replicas mount the same PersistentVolumeClaim.
// The claim may restrict them to one node, or prevent them from running at the
// same time. Each pod of a StatefulSet has claims of its own.
func (w *Workload) SharesClaim() bool {
	return w.Kind == "Deployment" && slices.ContainsFunc(w.Templates, func(t *Template) bool {
		return slices.ContainsFunc(t.Spec.Volumes, func(v corev1.Volume) bool { return v.PersistentVolumeClaim != nil })
	})
}

// Static reports whether all pods are mirror pods. A kubelet runs them from its
// own files, and nothing in the API can change them.
func (w *Workload) Static() bool {
	return len(w.Pods) > 0 && !slices.ContainsFunc(w.Pods, func(p *Pod) bool { return !p.Mirror })
}

// ContainerKind is the role of a container in its pod.
type ContainerKind string

const (
	// App containers run at the same time, as long as the pod.
	App ContainerKind = "container"
	// Init containers end before the app starts.
	Init ContainerKind = "init container"
	// Sidecar containers are native sidecars: init containers that always restart.
	Sidecar ContainerKind = "sidecar"
	// Ephemeral containers are added to a running pod by a person who debugs it.
	Ephemeral ContainerKind = "ephemeral container"
)

// LongRunning reports whether containers of this kind are meant to run as long
// as the pod.
func (k ContainerKind) LongRunning() bool { return k == App || k == Sidecar }

// KindOfInit distinguishes native sidecars from init containers.
func KindOfInit(c *corev1.Container) ContainerKind {
	if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
		return Sidecar
	}
	return Init
}

// KindOf returns the role of one of the template's containers.
func (t *Template) KindOf(c *corev1.Container) ContainerKind {
	for i := range t.Spec.InitContainers {
		if t.Spec.InitContainers[i].Name == c.Name {
			return KindOfInit(&t.Spec.InitContainers[i])
		}
	}
	return App
}

// Callers must not change the slices that the following methods return.

// Grace returns the time that the pods have to stop.
func (t *Template) Grace() time.Duration {
	if seconds := t.Spec.TerminationGracePeriodSeconds; seconds != nil {
		return ProbeSeconds(*seconds)
	}
	return corev1.DefaultTerminationGracePeriodSeconds * time.Second
}

// LongRunning returns the containers that run as long as the pod: app containers
// and native sidecars, without those that are meant to end before it.
func (t *Template) LongRunning() []*corev1.Container {
	if t.longRunning == nil {
		return t.findLongRunning()
	}
	return t.longRunning
}

// Apps returns the app containers.
func (t *Template) Apps() []*corev1.Container {
	return t.All()[len(t.Spec.InitContainers):]
}

// All returns all containers except ephemeral ones, in the order in which they
// start.
func (t *Template) All() []*corev1.Container {
	if t.all == nil {
		return t.findAll()
	}
	return t.all
}

// index finds the containers once for all callers.
func (t *Template) index() {
	if t == nil || t.all != nil {
		return
	}
	t.all = t.findAll()
	if t.longRunning = t.all; slices.ContainsFunc(t.all, t.ends) {
		t.longRunning = t.findLongRunning()
	}
}

func (t *Template) findAll() []*corev1.Container {
	all := make([]*corev1.Container, 0, len(t.Spec.InitContainers)+len(t.Spec.Containers))
	for _, containers := range [][]corev1.Container{t.Spec.InitContainers, t.Spec.Containers} {
		for i := range containers {
			all = append(all, &containers[i])
		}
	}
	return all
}

func (t *Template) findLongRunning() []*corev1.Container {
	return slices.DeleteFunc(t.findAll(), t.ends)
}

// ends reports whether a container is meant to end before its pod does: an init
// container, or a container whose own policy does not restart it in a pod that
// restarts.
func (t *Template) ends(c *corev1.Container) bool {
	kind := t.KindOf(c)
	return kind == Init || kind == App && t.Spec.RestartPolicy == corev1.RestartPolicyAlways &&
		c.RestartPolicy != nil && *c.RestartPolicy != corev1.ContainerRestartPolicyAlways
}

// Container finds a container by name, nil if there is none.
func (t *Template) Container(name string) *corev1.Container {
	for _, c := range t.All() {
		if c.Name == name {
			return c
		}
	}
	return nil
}
