package files

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// inventory makes the inventory of everything that was read. part says whether the
// files may be only a part of a cluster; a snapshot never is.
func (in *fileReader) inventory(name string, part bool) (*inventory.Inventory, error) {
	if err := in.nothing(name); err != nil {
		return nil, err
	}
	var inv *inventory.Inventory
	if in.snapshot == nil {
		inv = in.ofManifests(part)
		inv.Name = filepath.Base(name)
	} else {
		var err error
		if inv, err = in.ofSnapshot(); err != nil {
			return nil, err
		}
	}
	inv.Ignored, inv.Removed, inv.NotRead, inv.Replaced, inv.MayHoldMore = in.ignored, in.removed, in.notRead, in.replaced, in.mayHold
	return inv, nil
}

func (in *fileReader) ofSnapshot() (*inventory.Inventory, error) {
	s, scope, reads := in.snapshot, in.req.Scope, in.snapshotReads()
	if scope.Whole() {
		scope.Namespaces = s.namespaces()
	}
	if scope.Selector == nil || scope.Selector.Empty() {
		selector, err := labels.Parse(s.Selector)
		if err != nil {
			return nil, fmt.Errorf("%s: its selector: %w", s.Metadata.Name, err)
		}
		scope.Selector = selector
	}
	for _, owner := range s.Owners {
		in.facts.Answer(&inventory.Object{
			APIVersion: owner.APIVersion, Kind: owner.Kind, Namespace: owner.Namespace, Name: owner.Name, UID: owner.UID,
		}, existenceOf(owner))
	}
	in.facts.HandOver()
	inv := in.facts.Build(scope, collect.UnreadOf(reads))
	inv.Name, inv.Version, inv.Time, inv.Reads = s.Metadata.Name, s.Version, s.Metadata.CreationTimestamp.UTC(), reads
	inv.Logs, inv.RootFilesystems = s.Logs, s.RootFilesystems
	inventory.SortSamples(inv.Logs)
	inventory.SortSamples(inv.RootFilesystems)
	return inv, nil
}

func (in *fileReader) ofManifests(part bool) *inventory.Inventory {
	unread := collect.Unread{}
	for _, r := range []inventory.Resource{inventory.ReplicaSets, inventory.Jobs} {
		unread[r] = part || in.wanted[r] == 0
	}
	existence := inventory.Existence{State: inventory.Gone}
	switch {
	case part:
		existence = inventory.Existence{State: inventory.Unverified, Why: inventory.PartOfCluster}
	case in.mayHold:
		existence = inventory.Existence{State: inventory.Unverified, Why: inventory.MayBeUnread}
	}
	// Files without any object of a kind were most likely never meant to contain
	// it.
	for _, owner := range in.facts.MissingOwners(unread, func(r inventory.Resource) bool { return in.wanted[r] > 0 }) {
		in.facts.Answer(&owner.Object, existence)
	}
	in.facts.HandOver()
	inv := in.facts.Build(in.req.Scope, unread)
	inv.Part, inv.Reads, inv.Positions = part, in.manifestReads(), in.positions
	return inv
}

// nothing returns an error if there is nothing to audit. An empty List is an
// answer.
func (in *fileReader) nothing(name string) error {
	switch {
	case in.snapshot != nil && in.files > 1:
		return errors.New("a snapshot is audited alone: its record of what was read completely does not cover other files")
	case in.lists > 0 && in.objects == 0, in.snapshot != nil && in.req.Scope.Whole():
		return nil
	case in.objects > 0 && in.nothingIn() != "":
		return fmt.Errorf("%s: no objects of namespace %q", name, in.nothingIn())
	case in.found[""], in.snapshot != nil:
		return nil
	case len(in.notRead) > 1:
		return fmt.Errorf("%s: no Kubernetes objects; %s: %s, and %d more", name, in.notRead[0].File, in.notRead[0].Reason, len(in.notRead)-1)
	case len(in.notRead) == 1:
		return fmt.Errorf("%s: no Kubernetes objects; %s: %s", name, in.notRead[0].File, in.notRead[0].Reason)
	}
	return fmt.Errorf("%s: no Kubernetes objects", name)
}

// nothingIn returns a namespace in scope that contains no object. A snapshot may
// have read an empty one.
func (in *fileReader) nothingIn() string {
	for _, namespace := range in.req.Scope.Namespaces {
		if !in.found[namespace] && !(in.snapshot != nil && slices.Contains(in.snapshot.namespaces(), namespace)) {
			return namespace
		}
	}
	return ""
}

// manifestReads describes files as everything that there is.
func (in *fileReader) manifestReads() []inventory.Read {
	var reads []inventory.Read
	for _, r := range inventory.Ordered(in.req.Resources) {
		reads = append(reads, inventory.Read{Resource: r, State: inventory.Complete, Items: in.wanted[r]})
	}
	return reads
}

// snapshotReads returns the reads that a snapshot records. Most snapshots are
// taken without Secrets, like most audits.
func (in *fileReader) snapshotReads() []inventory.Read {
	taken := &inventory.Inventory{Reads: in.snapshot.Reads}
	var reads []inventory.Read
	for _, r := range inventory.Ordered(in.req.Resources) {
		if r == inventory.Secrets && !taken.Asked(r) {
			continue
		}
		read := checked(taken.Read(r))
		if !taken.Asked(r) {
			read.Detail = "the snapshot was taken without it"
		}
		reads = append(reads, read)
	}
	return reads
}
