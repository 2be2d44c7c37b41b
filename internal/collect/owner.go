package collect

import (
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// top climbs from an object to the workload that it belongs to, and returns that
// with what the collector knows of it: nil for an object that is only named in
// an ownerReference. A controller that tells of itself is the workload, anyone who
// owns it. A cycle ends where it closes, and a chain that is longer than any that
// controllers make ends early: it must not cost its length for each of its
// objects.
func (c *Collector) top(o *inventory.Object) (*inventory.Object, *controller) {
	const longest = 32
	seen := make([]*inventory.Object, 0, longest)
	known := c.controllers[keyOf(o)]
	for o.Owner != nil && !known.tellsOfItself() && len(seen) < longest && !slices.Contains(seen, o) {
		seen = append(seen, o)
		owner := o.Owner
		above := c.controller(o.Namespace, owner)
		if above == nil {
			above = c.presumed(o)
		}
		if above == nil {
			return &inventory.Object{
				APIVersion: owner.APIVersion, Kind: owner.Kind,
				Namespace: o.Namespace, Name: owner.Name, UID: owner.UID,
			}, nil
		}
		o, known = &above.Object, above
	}
	return o, known
}

// tellsOfItself reports whether the controller is judged by its own status. A Job
// is so as one of all that its owner makes.
func (c *controller) tellsOfItself() bool {
	return c != nil && (c.rollout != nil || c.cronJob != nil)
}

// presumed is the controller above an owner that was not read, as far as names
// tell: Deployments name ReplicaSets after themselves and the hash that their
// pods carry, CronJobs name Jobs after themselves and the minute.
func (c *Collector) presumed(o *inventory.Object) *controller {
	switch owner := o.Owner; {
	case c.Unread[inventory.ReplicaSets] && owner.Kind == "ReplicaSet" && owner.Group() == "apps":
		name, found := strings.CutSuffix(owner.Name, "-"+o.Labels[appsv1.DefaultDeploymentUniqueLabelKey])
		above := c.named[named{"Deployment", o.Namespace, name}]
		if found && above != nil && selects(above.selector, o.Labels) {
			return above
		}
	case c.Unread[inventory.Jobs] && owner.Kind == "Job" && owner.Group() == "batch":
		if end := strings.LastIndexByte(owner.Name, '-'); end > 0 && isNumber(owner.Name[end+1:]) {
			return c.named[named{"CronJob", o.Namespace, owner.Name[:end]}]
		}
	}
	return nil
}

func selects(s *metav1.LabelSelector, of map[string]string) bool {
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels.Set(of))
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 63)
	return err == nil
}

// named is a controller by its name, for want of its UID.
type named struct{ kind, namespace, name string }

// controller finds an owner by its UID, or by its name where manifests without
// UIDs were read.
func (c *Collector) controller(namespace string, owner *inventory.Owner) *controller {
	if known := c.controllers[key(owner.Group(), owner.Kind, namespace, owner.Name, owner.UID)]; known != nil {
		return known
	}
	return c.controllers[key(owner.Group(), owner.Kind, namespace, owner.Name, "")]
}

// MissingOwner is an owner that is named by living pods and in no list.
type MissingOwner struct {
	inventory.Object
	Resource inventory.Resource
	// Pod is one of those that it should own.
	Pod *inventory.Pod
}

// MissingOwners are those of the kinds that were read completely: of others,
// nothing is known. They are sorted.
func (c *Collector) MissingOwners(read func(inventory.Resource) bool) []*MissingOwner {
	found := map[string]bool{}
	var missing []*MissingOwner
	for _, p := range c.pods {
		if p.Mirror || p.Deleting() || p.Finished() || p.Owner == nil {
			continue
		}
		owner, known := c.top(&p.Object)
		resource, readable := kinds.ResourceOf(owner.Group(), owner.Kind)
		if known != nil || !readable || !read(resource) || found[keyOf(owner)] {
			continue
		}
		found[keyOf(owner)] = true
		missing = append(missing, &MissingOwner{Object: *owner, Resource: resource, Pod: p})
	}
	inventory.SortObjects(missing)
	return missing
}

// Confirm keeps what was answered when a missing owner was asked for.
func (c *Collector) Confirm(owner inventory.Object, e inventory.Existence) {
	c.confirmed[keyOf(&owner)] = &inventory.ConfirmedOwner{Object: owner, Existence: e}
}

// existence is what may be said of a workload's own object.
func (c *Collector) existence(o *inventory.Object, known *controller) inventory.Existence {
	if known != nil || o.Kind == "Pod" {
		return inventory.Existence{State: inventory.Listed}
	}
	if confirmed, asked := c.confirmed[keyOf(o)]; asked {
		return confirmed.Existence
	}
	return inventory.Existence{State: inventory.Unverified, Why: "owned by " + o.Kind + " " + o.Name + ", which was not read"}
}

// Forget drops the pods below an owner: they went while the lists were read.
func (c *Collector) Forget(owner *inventory.Object) {
	c.pods = slices.DeleteFunc(c.pods, func(p *inventory.Pod) bool {
		top, _ := c.top(&p.Object)
		return keyOf(top) == keyOf(owner)
	})
}
