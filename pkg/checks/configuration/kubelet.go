package configuration

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// complaint is the kubelet's report about a pod that it cannot start.
type complaint struct {
	inventory.Absence
	pod *inventory.Pod
	// reason is the kubelet's own word for it.
	reason string
	// container is empty for a volume.
	container string
	// pull is set for the credentials of a registry, for which no pod waits.
	pull bool
}

// eventRetry is longer than the kubelet waits between two attempts to mount a
// volume or to start a pod, including the delay of Events: an older problem is over.
const eventRetry = 10 * time.Minute

// complaints returns those about pods that have waited for longer than the grace.
func complaints(p *audit.Pass, w *inventory.Workload, grace time.Duration) []complaint {
	var all []complaint
	for _, pod := range w.Pods {
		if pod.Deleting() || pod.Finished() || p.Within(pod.Created, grace) {
			continue
		}
		for i := range pod.Containers {
			c := &pod.Containers[i]
			if c.Absent == nil {
				continue
			}
			if a, found := inTemplate(*c.Absent, pod.Template); found {
				all = append(all, complaint{Absence: a, pod: pod, reason: c.Waiting, container: c.Name})
			}
		}
		for _, e := range p.EventsOf(&pod.Object) {
			pull := e.Reason == inventory.FailedPullSecret
			if !pull && pod.Phase != corev1.PodPending || !p.Within(e.Last, eventRetry) {
				continue
			}
			for _, absent := range e.Absent {
				if a, found := inTemplate(absent, pod.Template); found {
					all = append(all, complaint{Absence: a, pod: pod, reason: e.Reason, pull: pull})
				}
			}
		}
	}
	return all
}

// unheard says why the kubelet's reports about pods that wait for a volume are
// not known, empty if they are or if no pod waits.
func unheard(p *audit.Pass, w *inventory.Workload) string {
	read := p.Read(inventory.Events)
	waits := func(pod *inventory.Pod) bool { return pod.Phase == corev1.PodPending && !pod.Deleting() }
	if read.State == inventory.Complete || !slices.ContainsFunc(w.Pods, waits) {
		return ""
	}
	return string(inventory.Events) + ": " + read.Reason
}

// inTemplate names the object of a volume where the kubelet does not. A key that the
// template does not ask for is no absence.
func inTemplate(a inventory.Absence, t *inventory.Template) (inventory.Absence, bool) {
	if a.Volume == "" {
		return a, true
	}
	for i := range t.Spec.Volumes {
		for _, r := range inventory.VolumeReferences(&t.Spec.Volumes[i]) {
			if r.Volume == a.Volume && r.Kind == a.Kind && r.Key == a.Key {
				return inventory.Absence{Kind: r.Kind, Name: r.Name, Key: r.Key}, true
			}
		}
	}
	return a, false
}
