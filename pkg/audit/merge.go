package audit

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ShardReport is a report of a shard with its name, for errors.
type ShardReport struct {
	Name string
	*api.Report
}

// shard is a report with its facts.
type shard struct {
	ShardReport
	*shardFacts
}

// Merge makes the report of the whole from those of all its shards, which it uses up.
// Only Catalog, Gate and ToolVersion of the options count: the shards say the rest.
func Merge(reports []ShardReport, opts Options) (*api.Report, error) {
	if err := belongTogether(reports, opts.ToolVersion); err != nil {
		return nil, err
	}
	shards := make([]shard, len(reports))
	for i, r := range reports {
		facts, err := factsOf(r.Shard)
		if err != nil {
			return nil, fmt.Errorf("%s: its facts cannot be read: %w", r.Name, err)
		}
		shards[i] = shard{r, facts}
	}
	if err := disjoint(shards); err != nil {
		return nil, err
	}
	opts, err := optionsOf(reports, opts)
	if errors.As(err, new(GateError)) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", reports[0].Name, err)
	}
	inv, err := outlineOf(shards)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", reports[0].Name, err)
	}
	a := newAssessment(inv, opts)
	a.shards = shards
	a.run()
	return a.report, nil
}

// optionsOf are the options with which the shards were audited.
func optionsOf(reports []ShardReport, opts Options) (Options, error) {
	first := reports[0]
	made := Options{Profile: api.Profile(first.Profile), ToolVersion: opts.ToolVersion, Catalog: opts.Catalog, Gate: opts.Gate}
	made.Now = first.Metadata.CreationTimestamp.Time
	for _, r := range reports[1:] {
		if t := r.Metadata.CreationTimestamp.Time; t.Before(made.Now) {
			made.Now = t
		}
	}
	for _, c := range first.Checks {
		check, err := Named(opts.Catalog, c.ID)
		if err != nil {
			return made, err
		}
		if c.DefaultSeverity != "" {
			check = check.withSeverity(c.Severity)
		}
		made.Checks = append(made.Checks, check)
	}
	var settings []string
	for name, value := range first.Settings {
		settings = append(settings, name+"="+value)
	}
	var err error
	if made.Settings, err = ParseSettings(opts.Catalog, settings); err != nil {
		return made, err
	}
	if p := first.Policy; p != nil {
		made.MinSeverity = p.MinSeverity
		if made.Policy, err = policyOf(p, opts.Catalog); err != nil {
			return made, err
		}
	}
	return made, cmp.Or(made.Gate.Validate(made.MinSeverity), made.Gate.ValidateFor(made.Checks))
}

func policyOf(p *api.Policy, catalog []*Check) (Policy, error) {
	policy := Policy{Config: p.Config, ForbidAnnotations: p.Annotations != nil && p.Annotations.Forbidden, Enabled: map[string]bool{}}
	for _, id := range p.Enabled {
		policy.Enabled[id] = true
	}
	for _, id := range p.Disabled {
		policy.Enabled[id] = false
	}
	for _, e := range p.Exceptions {
		exception, err := NewException(catalog, e.ExceptionRule, e.Source)
		if err != nil {
			return policy, err
		}
		policy.Exceptions = append(policy.Exceptions, exception)
	}
	return policy, nil
}

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

// addOutcomes adds what became of the checks in the shards. The shards are in the
// order of their indexes, the first unknown subject is that of the first namespace.
func (a *assessment) addOutcomes() {
	for i := range a.shards {
		s := &a.shards[i]
		whole := map[string]string{}
		for _, read := range s.Reads {
			whole[read.Why()] = a.inv.Read(read.Resource).Why()
		}
		for _, c := range s.Checks {
			o := a.outcomes[c.ID]
			o.Judged += c.Judged
			o.Unknown += c.Unknown
			o.Failed += c.Failed
			o.Suppressed += c.Suppressed
			o.Folded += c.Folded
			unknown, found := s.Unknown[c.ID]
			if !found || o.unknown.Reason != "" && o.unknown.Namespace <= unknown.Namespace {
				continue
			}
			// What a shard says of how much was read is true of its part alone.
			unknown.Reason = cmp.Or(whole[unknown.Reason], unknown.Reason)
			o.unknown = unknown
		}
	}
}

func (a *assessment) addAccounts() {
	for _, s := range a.shards {
		maps.Copy(a.accounts, s.Accounts)
		counts, theirs := &a.report.Summary.Subjects, s.Summary.Subjects
		counts.Workloads += theirs.Workloads
		counts.Services += theirs.Services
		counts.Pods += theirs.Pods
	}
}

// addConcluded adds findings and subjects of the shards.
func (a *assessment) addConcluded() {
	for _, s := range a.shards {
		a.report.Findings = append(a.report.Findings, s.Findings...)
		a.report.Suppressed = append(a.report.Suppressed, s.Suppressed...)
		a.report.Subjects = append(a.report.Subjects, s.Subjects...)
	}
}

// addUses adds what became of annotations and exceptions in the shards.
func (a *assessment) addUses() {
	for _, s := range a.shards {
		annotations := a.suppressor.annotations
		annotations.elsewhere += s.Annotations
		if s.Policy != nil && s.Policy.Annotations != nil {
			annotations.problems = append(annotations.problems, s.Policy.Annotations.Problems...)
		}
		for i, use := range s.Uses {
			u := a.suppressor.exceptions[i]
			u.matched += use.Matched
			if use.Hidden {
				u.hidden.Store(true)
			}
			if check, err := Named(a.opts.catalog(), use.Folded); err == nil {
				u.foldedUnder(check.ID)
			}
		}
	}
}
