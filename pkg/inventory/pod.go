package inventory

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Pod contains the facts that live checks need about one pod.
type Pod struct {
	Object
	Node  string
	Phase corev1.PodPhase
	// Ready is the condition Ready.
	Ready      Condition
	Containers []Container
	Template   *Template
	Workload   *Workload
	*PodException
}

// PodException contains the facts in which a pod differs from ordinary ones.
// Ordinary pods, of which there are thousands, share an empty one.
type PodException struct {
	// Mirror pods stand for a kubelet's static pods.
	Mirror bool
	// Started is the time at which a kubelet accepted the pod. It is kept only for
	// pods that have not come up, for example because a container waits, and for
	// pods that failed.
	Started time.Time
	// Reason and Message are about the whole pod: for example why it was evicted.
	Reason  string
	Message string
	// Unscheduled is the condition PodScheduled while it is not true.
	Unscheduled Condition
	// ResizePending is the condition PodResizePending, or PodResizeInProgress if
	// that one has a reason: the resources in the spec are not in effect.
	ResizePending Condition
	// Disrupted is the condition DisruptionTarget: something ended the pod.
	Disrupted Condition
	// ShortOf is the resource for which the pod failed: its node had too little of
	// it, or the pod used too much.
	ShortOf Shortage
	// Resources are set if they differ from those of the template.
	Resources *PodResources
	// ContainersReadyApart is the condition ContainersReady if it differs from
	// Ready, otherwise nil.
	ContainersReadyApart *Condition
	// Observed is nil unless a container restarted in an observation, or was OOM-killed.
	Observed *ObservedPod
	// IPv6 is set if the pod has an IPv6 address, OnlyIPv6 if it has no other.
	IPv6, OnlyIPv6 bool
}

// Shortage is a resource that the message of a failed pod names.
type Shortage string

// Resources that a node runs short of.
const (
	ShortOfMemory  Shortage = "memory"
	ShortOfStorage Shortage = "storage"
)

// PodResources are the total requests and limits of a pod, as the scheduler
// computes them.
type PodResources struct {
	Requests, Limits corev1.ResourceList
}

// ContainersReady is the condition ContainersReady.
func (p *Pod) ContainersReady() Condition {
	if p.ContainersReadyApart == nil {
		return p.Ready
	}
	return *p.ContainersReadyApart
}

// HasAddress reports whether the pod may have an address of a type.
func (p *Pod) HasAddress(t discoveryv1.AddressType) bool {
	switch t {
	case discoveryv1.AddressTypeIPv4:
		return !p.OnlyIPv6
	case discoveryv1.AddressTypeIPv6:
		return p.IPv6
	}
	return true
}

// Condition is a condition of an object's status. Since has a resolution of one
// second. Message is kept only if a check uses it.
type Condition struct {
	Status  corev1.ConditionStatus
	Reason  string
	Message string
	Since   time.Time
}

// Is reports whether the condition has the status.
func (c Condition) Is(s corev1.ConditionStatus) bool { return c.Status == s }

// Finished reports whether the pod has ended for good.
func (p *Pod) Finished() bool {
	return p.Phase == corev1.PodSucceeded || p.Phase == corev1.PodFailed
}

// judged reports whether the pod counts: it is neither being deleted nor
// finished.
func (p *Pod) judged() bool { return !p.Deleting() && !p.Finished() }

// Container contains the state of one container of a pod.
type Container struct {
	*ContainerIdentity
	Ready bool
	// Starting containers are running but have not finished starting, according to
	// their startup probe or postStart hook.
	Starting bool
	Restarts int32
	// RunningSince is zero unless the container runs.
	RunningSince time.Time
	*ContainerException
}

// ContainerIdentity contains the facts that a container shares with the same
// container in other pods of its template.
type ContainerIdentity struct {
	Name string
	Kind ContainerKind
	// Image comes from the status, or from the spec if the status has none.
	Image   string
	ImageID string
	// MemoryLimit is the limit in effect in bytes, also after an in-place resize. 0
	// means none.
	MemoryLimit int64
}

// ContainerException contains the state of a container that is waiting or has
// ended before. All other containers share an empty one.
type ContainerException struct {
	// Waiting is the reason for which the container waits, empty if it does not.
	Waiting        string
	WaitingMessage string
	// Absent is the missing object, if the kubelet names one. Pull is set while the
	// container waits for its image.
	Absent *Absence
	Pull   *PullFailure
	// WantedMemory is the memory limit in the spec, in bytes, if another one is in
	// effect.
	WantedMemory int64
	// Ended is the current termination, Last the one before the current run. The
	// API keeps no older ones.
	Ended *Termination
	Last  *Termination
}

// Steady reports whether the container is not waiting and has no recorded
// termination.
func (c *Container) Steady() bool { return *c.ContainerException == (ContainerException{}) }

// Termination is the end of one run of a container.
type Termination struct {
	Reason string
	// Message is the termination message of the container, or that of the runtime.
	Message  string
	ExitCode int32
	// Signal is 0 unless the runtime reported one.
	Signal   int32
	Started  time.Time
	Finished time.Time
}

// OOMKilled reports whether the container itself was OOM-killed, not just a process in
// it.
func (t *Termination) OOMKilled() bool { return t.Reason == "OOMKilled" && t.ExitCode == 137 }

// LatestTermination returns the newest termination that the API still records,
// nil if there is none.
func (c *Container) LatestTermination() *Termination {
	if c.Ended != nil {
		return c.Ended
	}
	return c.Last
}

// Container returns the container with that name, nil if there is none.
func (p *Pod) Container(name string) *Container {
	for i := range p.Containers {
		if p.Containers[i].Name == name {
			return &p.Containers[i]
		}
	}
	return nil
}

// LatestStart returns the newest start among the containers that run as long as
// the pod, zero if none of them runs.
func (p *Pod) LatestStart() time.Time {
	var latest time.Time
	for i := range p.Containers {
		c := &p.Containers[i]
		if c.Kind.LongRunning() && c.RunningSince.After(latest) {
			latest = c.RunningSince
		}
	}
	return latest
}
