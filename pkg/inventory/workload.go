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
	// Existence says what is known about the object itself, which may be only
	// its name in the ownerReferences of its pods.
	Existence Existence
	// Replicas are the pods it asks for, where it asks for a number; in a manifest,
	// what its autoscaler will make of it.
	Replicas *int32
	// Selector tells a Deployment's or StatefulSet's pods; nil for other kinds.
	Selector *metav1.LabelSelector
	// Templates are the pod specs that it runs, one per revision with pods, the
	// newest first; its own template where no pod runs.
	Templates []*Template
	// Declared is the controller's own template, before admission adds to it, and
	// what a patch changes; nil where the controller was not read or runs nothing
	// any more.
	Declared *Template
	Pods     []*Pod
	// Jobs are the Job itself, or a CronJob's, sorted by creation.
	Jobs    []*Job
	CronJob *CronJob
	// Services and Budgets select its pods or, where it has none, its template. A
	// Service for metrics only is not among them: no request comes that way.
	Services []*Service
	Budgets  []*PodDisruptionBudget
	// Autoscalers change its Replicas.
	Autoscalers []*HorizontalPodAutoscaler
	// Rollout is set for Deployments, StatefulSets and DaemonSets.
	Rollout *Rollout
	// Controllers are those between it and its pods: ReplicaSets and Jobs, which
	// events are about.
	Controllers []*Object
	// Revised is how often what makes its pods was changed since it was made, as
	// far as known: each change may have added or removed any number of pods.
	Revised int64
}

// ConfirmedOwner is the answer to a request for an owner that no list contained.
type ConfirmedOwner struct {
	Object
	Existence Existence
}

// Maker is a custom resource that makes pods in a way that is not known, with
// labels that they may have.
type Maker struct {
	Object
	Labels map[string]string
}

// Existence says what is known about a pod's owner.
type Existence struct {
	State ExistenceState
	// Why explains an owner that is Unverified.
	Why string
}

// ExistenceState says whether an owner exists.
type ExistenceState string

const (
	// Listed owners were read.
	Listed ExistenceState = "listed"
	// Gone owners are confirmed not to exist, or another object has their name.
	Gone ExistenceState = "gone"
	// Unverified owners were not read: nothing may be claimed.
	Unverified ExistenceState = "unverified"
)

// Template is a pod spec as it runs. Env values are removed.
type Template struct {
	// Labels are those of the pods, or the template's own.
	Labels map[string]string
	// Admitted is set when the spec is a pod's, after admission; otherwise it is
	// the controller's own, with the defaults of the namespace's LimitRanges.
	Admitted bool
	// Limited lists, as "container/resource", what a LimitRange has set.
	Limited []string
	// QOSClass is what the API server says of its pods, empty without any.
	QOSClass corev1.PodQOSClass
	Spec     corev1.PodSpec
	// Injected are containers that annotations of the pods say were added to them.
	Injected []string
	// WindowsNode is set for pods that run on a node with Windows.
	WindowsNode bool

	// all and longRunning are known once the template is whole.
	all, longRunning []*corev1.Container
}

// Judged are the pods that count: not on their way out and not finished. The
// slice is not the caller's own.
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

// LastSuccess returns when a run of a Job or CronJob last succeeded, zero if none
// is known to have. A CronJob keeps it forever, but is read before its Jobs.
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

// SharesClaim reports whether all replicas mount one PersistentVolumeClaim. It
// may allow them on one node only, or not even together. A StatefulSet's have
// one each.
func (w *Workload) SharesClaim() bool {
	return w.Kind == "Deployment" && slices.ContainsFunc(w.Templates, func(t *Template) bool {
		return slices.ContainsFunc(t.Spec.Volumes, func(v corev1.Volume) bool { return v.PersistentVolumeClaim != nil })
	})
}

// Static reports whether all pods are mirror pods: a kubelet's own files run
// them and nothing in the API can change them.
func (w *Workload) Static() bool {
	return len(w.Pods) > 0 && !slices.ContainsFunc(w.Pods, func(p *Pod) bool { return !p.Mirror })
}

// ContainerKind is the part a container plays in its pod.
type ContainerKind string

const (
	// App containers run at the same time, for as long as the pod.
	App ContainerKind = "container"
	// Init containers end before the app starts.
	Init ContainerKind = "init container"
	// Sidecar is a native one: an init container that restarts always.
	Sidecar ContainerKind = "sidecar"
	// Ephemeral containers are added to a running pod by a person who debugs it.
	Ephemeral ContainerKind = "ephemeral container"
)

// LongRunning containers are meant to run for as long as the pod.
func (k ContainerKind) LongRunning() bool { return k == App || k == Sidecar }

// KindOfInit tells native sidecars from init containers.
func KindOfInit(c *corev1.Container) ContainerKind {
	if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
		return Sidecar
	}
	return Init
}

// KindOf is the part that one of the template's containers plays.
func (t *Template) KindOf(c *corev1.Container) ContainerKind {
	for i := range t.Spec.InitContainers {
		if t.Spec.InitContainers[i].Name == c.Name {
			return KindOfInit(&t.Spec.InitContainers[i])
		}
	}
	return App
}

// The slices of containers are not the caller's own.

// Grace is the time that the pods get to stop.
func (t *Template) Grace() time.Duration {
	if seconds := t.Spec.TerminationGracePeriodSeconds; seconds != nil {
		return ProbeSeconds(*seconds)
	}
	return corev1.DefaultTerminationGracePeriodSeconds * time.Second
}

// LongRunning are the containers that run for as long as the pod: the app's
// and native sidecars, but for those that are meant to end before it.
func (t *Template) LongRunning() []*corev1.Container {
	if t.longRunning == nil {
		return t.findLongRunning()
	}
	return t.longRunning
}

// Apps are the app's containers.
func (t *Template) Apps() []*corev1.Container {
	return t.All()[len(t.Spec.InitContainers):]
}

// All are all containers but ephemeral ones, in the order in which they start.
func (t *Template) All() []*corev1.Container {
	if t.all == nil {
		return t.findAll()
	}
	return t.all
}

// index finds the containers once for all that ask for them.
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
// container, or one that its own policy does not start again in a pod that is.
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
