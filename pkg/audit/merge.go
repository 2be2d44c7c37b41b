package audit

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
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
	a := Begin(opts)
	a.shards = shards
	return a.Conclude(inv), nil
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
