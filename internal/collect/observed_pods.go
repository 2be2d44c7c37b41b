package collect

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// observedOwner counts the pods of one owner.
type observedOwner struct {
	inventory.ObservedPods
	// example is one of the pods.
	example inventory.Object
}

func (o *Observer) podChanged(before, after *inventory.Pod) {
	if before == nil {
		before = &inventory.Pod{PodException: ordinaryPod}
		o.total.Made++
		o.ownerOf(after).Made++
	}
	if after.Phase == corev1.PodFailed && before.Phase != corev1.PodFailed {
		o.lost(after)
	}
	observed := addObserved(before, after)
	if observed == nil {
		return
	}
	for _, c := range observed.Containers {
		past := before.ObservedIn(c.Name)
		o.total.Restarts += c.Restarts - past.Restarts
		o.total.OOMKills += c.OOMKills - past.OOMKills
	}
	exception := *after.PodException
	exception.Observed = observed
	after.PodException = &exception
}

func (o *Observer) podDeleted(before *inventory.Pod, last *corev1.Pod) {
	if before != nil && !before.Finished() && last.Status.Phase != corev1.PodSucceeded {
		o.lost(before)
	}
}

func (o *Observer) lost(p *inventory.Pod) {
	o.total.Lost++
	o.ownerOf(p).Lost++
}

func (o *Observer) ownerOf(p *inventory.Pod) *observedOwner {
	uid := p.UID
	if p.Owner != nil {
		uid = p.Owner.UID
	}
	known := o.owners[uid]
	if known == nil {
		known = &observedOwner{example: p.Object}
		if o.full = o.full || len(o.owners) >= mostObserved; !o.full {
			o.owners[uid] = known
		}
	}
	return known
}

// ownerDeleted lets the owner above take over the counts of a deleted one: a
// CronJob those of its Jobs.
func (o *Observer) ownerDeleted(c *controller) {
	if c == nil || c.Owner == nil || o.owners[c.UID] == nil {
		return
	}
	below := o.owners[c.UID]
	delete(o.owners, c.UID)
	above := o.owners[c.Owner.UID]
	if above == nil {
		above = &observedOwner{example: c.Object}
		o.owners[c.Owner.UID] = above
	}
	above.Made += below.Made
	above.Lost += below.Lost
}

// addObserved adds the content of a pod's change to earlier observations of the
// pod. It returns nil if nothing was observed.
func addObserved(before, after *inventory.Pod) *inventory.ObservedPod {
	observed := before.Observed
	for i := range after.Containers {
		c := &after.Containers[i]
		was := before.Container(c.Name)
		if was == nil {
			was = &inventory.Container{ContainerException: steadyContainer}
		}
		restarts, kills := max(int(c.Restarts-was.Restarts), 0), newOOMKills(was, c)
		if restarts+kills > 0 {
			observed = observed.With(inventory.ObservedContainer{Name: c.Name, Restarts: restarts, OOMKills: kills})
		}
	}
	return observed
}

// newOOMKills counts the OOM kills of a container that were not known before.
func newOOMKills(before, after *inventory.Container) int {
	var known time.Time
	if last := before.LatestTermination(); last != nil {
		known = last.Finished
	}
	kills := 0
	for _, end := range []*inventory.Termination{after.Ended, after.Last} {
		if end != nil && end.OOMKilled() && end.Finished.After(known) {
			kills++
		}
	}
	return kills
}
