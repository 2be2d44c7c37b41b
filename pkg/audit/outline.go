package audit

import (
	"errors"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// outlineOf is the inventory of the whole as far as it is known: its nodes, which
// are judged by all their pods, and what was read.
func outlineOf(shards []shard) (*inventory.Inventory, error) {
	first := shards[0]
	inv := &inventory.Inventory{
		Name: first.Metadata.Name, Version: first.Cluster.Version, Time: first.Time, Part: first.Part, MayHoldMore: first.MayHoldMore,
		Ignored: first.Ignored, Removed: first.Removed,
	}
	for _, file := range first.NotRead {
		inv.NotRead = append(inv.NotRead, inventory.NotRead{File: file.File, Reason: file.Reason})
	}
	for _, one := range first.Replaced {
		o := one.Object
		inv.Replaced = append(inv.Replaced, inventory.Replaced{
			Object: inventory.Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name},
			At:     inventory.Position{File: one.Source.File, Line: one.Source.Line}, By: inventory.Position{File: one.By.File, Line: one.By.Line},
		})
	}
	var err error
	if first.Scope.Selector != "" {
		if inv.Scope.Selector, err = labels.Parse(first.Scope.Selector); err != nil {
			return nil, err
		}
	}
	if left := first.Scope.LeftOut; left != nil {
		inv.Scope.Exclude = left.Patterns
	}
	excluded := map[string]bool{}
	for _, s := range shards {
		for _, namespace := range s.Excluded {
			excluded[namespace] = true
		}
		if s.Shard.Index == 1 {
			inv.Nodes, inv.Positions = s.Nodes, positionsOf(s.shardFacts)
		}
	}
	inv.Excluded = slices.Sorted(maps.Keys(excluded))
	for _, s := range shards {
		if s.Shard.Index == 1 {
			continue
		}
		for _, n := range s.Nodes {
			if known := inv.Node(n.Name); known != nil {
				known.Load.Add(n.Load)
			}
		}
	}
	for i := range first.Reads {
		var reads []inventory.Read
		for _, s := range shards {
			if i >= len(s.Reads) || s.Reads[i].Resource != first.Reads[i].Resource {
				return nil, errors.New("its facts are not of the same resources as those of " + s.Name)
			}
			reads = append(reads, s.Reads[i])
		}
		inv.Reads = append(inv.Reads, inventory.MergeReads(reads))
	}
	return inv, nil
}

// positionsOf locates the nodes of a shard in its files.
func positionsOf(facts *shardFacts) *inventory.Positions {
	positions := inventory.NewPositions()
	for i, at := range facts.Positions {
		if at != nil && i < len(facts.Nodes) {
			positions.Add(&facts.Nodes[i].Object, at)
		}
	}
	return positions
}
