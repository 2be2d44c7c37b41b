package inventory

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Pod holds what live checks need to know of one pod.
type Pod struct {
	Object
	Node  string
	Phase corev1.PodPhase
	// Ready is the condition of that name.
	Ready      Condition
	Containers []Container
	Template   *Template
	Workload   *Workload
	*PodException
}

// PodException contains what sets a pod apart. Ordinary pods, which are
// thousands, share an empty one.
type PodException struct {
	// Mirror pods stand for a kubelet's static pods.
	Mirror bool
	// Started is when a kubelet took a pod on that has not come up, or failed.
	Started time.Time
	// Reason and Message are those of the whole pod: why it was evicted.
	Reason  string
	Message string
	// Unscheduled is the condition PodScheduled while it does not hold.
	Unscheduled Condition
	// ResizePending is the condition PodResizePending, or PodResizeInProgress where
	// that has a reason: what the spec asks for is not in force.
	ResizePending Condition
	// Disrupted is the condition DisruptionTarget: something ended the pod.
	Disrupted Condition
	// ShortOf is what the pod's node had too little of, or the pod used too much of, so
	// that it failed.
	ShortOf Shortage
	// Resources are the pod's where they differ from its template's.
	Resources *PodResources
	// ContainersReadyApart is ContainersReady where it differs from Ready, nil
	// elsewhere.
	ContainersReadyApart *Condition
	// IPv6 is set when it has such an address, OnlyIPv6 when it has no other.
	IPv6, OnlyIPv6 bool
}

// Shortage is a kind of resource that a failed pod's message names.
type Shortage string

// What a node runs short of.
const (
	ShortOfMemory  Shortage = "memory"
	ShortOfStorage Shortage = "storage"
)

// PodResources are the total requests and limits of a pod, as the scheduler
// computes them.
type PodResources struct {
	Requests, Limits corev1.ResourceList
}

// ContainersReady is the condition of that name.
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

// Condition is a condition of an object's status. Since has a resolution of
// one second. Message is not kept where no check speaks of it.
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

// judged pods are the ones that count: not on their way out and not finished.
func (p *Pod) judged() bool { return !p.Deleting() && !p.Finished() }

// Container holds the state of one container of a pod.
type Container struct {
	*ContainerIdentity
	Ready bool
	// Starting containers run and have not started yet, as their startup probe
	// says, or their postStart hook.
	Starting bool
	Restarts int32
	// RunningSince is zero unless it runs.
	RunningSince time.Time
	*ContainerException
}

// ContainerIdentity contains what a container shares with those of other pods of
// its template.
type ContainerIdentity struct {
	Name string
	Kind ContainerKind
	// Image is the spec's where the status leaves it out.
	Image   string
	ImageID string
	// MemoryLimit is the limit in force, also after an in-place resize, in
	// bytes; 0 is none.
	MemoryLimit int64
}

// ContainerException is the state of a container that does not just run, and
// has from its start. All others have an empty one in common.
type ContainerException struct {
	// Waiting is the reason it waits, empty unless it does.
	Waiting        string
	WaitingMessage string
	// Absent is what it waits for, if the kubelet names it, and Pull is set while it waits
	// for its image.
	Absent *Absence
	Pull   *PullFailure
	// WantedMemory is the memory limit that the spec asks for where another one is
	// in force, in bytes.
	WantedMemory int64
	// Ended is the present termination, Last the one before the present run.
	// The API keeps no older ones.
	Ended *Termination
	Last  *Termination
}

// Steady reports whether the container neither waits nor any of its ends is
// recorded.
func (c *Container) Steady() bool { return *c.ContainerException == (ContainerException{}) }

// Termination is the end of one run of a container.
type Termination struct {
	Reason string
	// Message are the container's last words, or the runtime's.
	Message  string
	ExitCode int32
	// Signal is 0 unless the runtime reported one.
	Signal   int32
	Started  time.Time
	Finished time.Time
}

// LatestTermination is the newest that the API still knows, nil without any.
func (c *Container) LatestTermination() *Termination {
	if c.Ended != nil {
		return c.Ended
	}
	return c.Last
}

// Container is the one of that name, nil without any.
func (p *Pod) Container(name string) *Container {
	for i := range p.Containers {
		if p.Containers[i].Name == name {
			return &p.Containers[i]
		}
	}
	return nil
}

// LatestStart is the newest start of the containers that run for as long as
// the pod; zero when none of them runs.
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
