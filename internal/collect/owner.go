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

// owners finds the controllers above an object.
type owners struct {
	// controllers are sorted by their keys.
	controllers []*controller
	// named contains Deployments and CronJobs if the objects between them and their
	// pods were not read.
	named   map[named]*controller
	answers map[key]*inventory.ConfirmedOwner
	unread  Unread
}

// named identifies a controller by name if there is no UID.
type named struct{ kind, namespace, name string }

// Unread contains the resources that were not read completely.
type Unread map[inventory.Resource]bool

// UnreadOf returns the resources that were not read completely.
func UnreadOf(reads []inventory.Read) Unread {
	unread := Unread{}
	for _, r := range reads {
		unread[r.Resource] = r.State != inventory.Complete
	}
	return unread
}

func ownersOf(f *Facts, unread Unread) *owners {
	s := &owners{f.sortedControllers(), map[named]*controller{}, map[key]*inventory.ConfirmedOwner{}, unread}
	for _, c := range f.controllers {
		if c.Kind == "Deployment" && unread[inventory.ReplicaSets] || c.Kind == "CronJob" && unread[inventory.Jobs] {
			s.named[named{c.Kind, c.Namespace, c.Name}] = c
		}
	}
	for _, a := range f.answers {
		s.answers[keyOf(&a.Object)] = a
	}
	return s
}

// sortedControllers returns the controllers that were read last of each key. A map of
// them would take as much memory as they do.
func (f *Facts) sortedControllers() []*controller {
	if f.places == nil && f.sortedOf == len(f.controllers) {
		// Owners were confirmed just before.
		return f.sorted
	}
	sorted := slices.Clone(f.controllers)
	slices.SortStableFunc(sorted, func(a, b *controller) int { return keyOf(&a.Object).compare(keyOf(&b.Object)) })
	f.sortedOf, f.sorted = len(sorted), lastOf(sorted, func(c *controller) key { return keyOf(&c.Object) })
	return f.sorted
}

// withKey returns the controller that has a key, nil if there is none.
func (s *owners) withKey(k key) *controller {
	at, found := slices.BinarySearchFunc(s.controllers, k, func(c *controller, k key) int { return keyOf(&c.Object).compare(k) })
	if !found {
		return nil
	}
	return s.controllers[at]
}

// top climbs from an object to the workload that it belongs to. It returns that
// object and its controller, nil if only an ownerReference names the object. A
// controller that reports its own state is the workload, whatever owns it. A
// cycle ends where it closes. A chain that is longer than any that controllers
// make ends early, so that it does not cost its length for each of its objects.
func (s *owners) top(o *inventory.Object) (*inventory.Object, *controller) {
	const longest = 32
	seen := make([]*inventory.Object, 0, longest)
	known := s.withKey(keyOf(o))
	for o.Owner != nil && !known.reportsItself() && len(seen) < longest && !slices.Contains(seen, o) {
		seen = append(seen, o)
		owner := o.Owner
		above := s.controller(o.Namespace, owner)
		if above == nil {
			above = s.presumed(o)
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

// topOfPod returns the pod itself if a kubelet runs it from its own files.
func (s *owners) topOfPod(p *inventory.Pod) (*inventory.Object, *controller) {
	if p.Mirror {
		return &p.Object, nil
	}
	return s.top(&p.Object)
}

// presumed finds the controller above an owner that was not read by its name: a
// Deployment names its ReplicaSets after itself and the hash that their pods
// carry, a CronJob names its Jobs after itself and the minute.
func (s *owners) presumed(o *inventory.Object) *controller {
	switch owner := o.Owner; {
	case s.unread[inventory.ReplicaSets] && owner.Kind == "ReplicaSet" && owner.Group() == "apps":
		name, found := strings.CutSuffix(owner.Name, "-"+o.Labels[appsv1.DefaultDeploymentUniqueLabelKey])
		above := s.named[named{"Deployment", o.Namespace, name}]
		if found && above != nil && selects(above.selector, o.Labels) {
			return above
		}
	case s.unread[inventory.Jobs] && owner.Kind == "Job" && owner.Group() == "batch":
		if end := strings.LastIndexByte(owner.Name, '-'); end > 0 && isNumber(owner.Name[end+1:]) {
			return s.named[named{"CronJob", o.Namespace, owner.Name[:end]}]
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

// controller finds an owner by its UID, or by name in manifests without UIDs.
func (s *owners) controller(namespace string, owner *inventory.Owner) *controller {
	if known := s.withKey(ownerKey(namespace, owner)); known != nil {
		return known
	}
	return s.withKey(key{group: owner.Group(), kind: owner.Kind, namespace: namespace, name: owner.Name})
}

// existence says what is known about the existence of a workload's own object.
func (s *owners) existence(o *inventory.Object, known *controller) inventory.Existence {
	if known != nil || o.Kind == "Pod" {
		return inventory.Existence{State: inventory.Listed}
	}
	if answer := s.answers[keyOf(o)]; answer != nil {
		return answer.Existence
	}
	return inventory.Existence{State: inventory.Unverified, Why: "owned by " + o.Kind + " " + o.Name + ", which was not read"}
}

// MissingOwner is an owner that living pods name but that is in no list.
type MissingOwner struct {
	inventory.Object
	Resource inventory.Resource
	// Pod is one of the pods that it should own.
	Pod *inventory.Pod
}

// MissingOwners returns the missing owners, sorted. It covers only kinds that
// were read completely, because nothing is known about others.
func (f *Facts) MissingOwners(unread Unread, read func(inventory.Resource) bool) []*MissingOwner {
	found := map[key]bool{}
	var missing []*MissingOwner
	owners := ownersOf(f, unread)
	for _, p := range f.pods {
		if p.Mirror || p.Deleting() || p.Finished() || p.Owner == nil {
			continue
		}
		owner, known := owners.top(&p.Object)
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
