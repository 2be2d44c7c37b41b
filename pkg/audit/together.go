package audit

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// maxApart limits the time between the audits of shards: yesterday's reports say
// nothing about today.
const maxApart = time.Hour

// belongTogether refuses reports that are not those of all shards of one audit.
func belongTogether(reports []ShardReport, version string) error {
	for _, r := range reports {
		switch s := r.Shard; {
		case s == nil:
			return fmt.Errorf("%s is not the report of a shard", r.Name)
		case s.Of < 1 || s.Index < 1 || s.Index > s.Of:
			return fmt.Errorf("%s is the report of shard %s, which does not exist", r.Name, s)
		case r.Tool.Version != version:
			return fmt.Errorf("%s was made by version %s, and only that version can merge it; this is %s", r.Name, r.Tool.Version, version)
		}
	}
	first := reports[0]
	for _, r := range reports[1:] {
		if err := alike(first, r); err != nil {
			return err
		}
	}
	byIndex := map[int]string{}
	for _, r := range reports {
		if other, twice := byIndex[r.Shard.Index]; twice {
			return fmt.Errorf("shard %s appears twice: in %s and %s", r.Shard, other, r.Name)
		}
		byIndex[r.Shard.Index] = r.Name
	}
	var missing []string
	for i := 1; i <= first.Shard.Of && len(missing) < maxMissing; i++ {
		if _, found := byIndex[i]; !found {
			missing = append(missing, strconv.Itoa(i)+"/"+strconv.Itoa(first.Shard.Of))
		}
	}
	switch n := first.Shard.Of - len(byIndex); {
	case n == 0:
		return nil
	case n > len(missing):
		return fmt.Errorf("%d shards are missing, the first are %s", n, strings.Join(missing, ", "))
	case n > 1:
		return fmt.Errorf("the reports of shards %s are missing", strings.Join(missing, ", "))
	}
	return fmt.Errorf("the report of shard %s is missing", missing[0])
}

// maxMissing limits the missing shards that an error names.
const maxMissing = 8

// alike refuses a report of another audit.
func alike(a, b ShardReport) error {
	for _, both := range []struct{ what, a, b string }{
		{"cluster", a.Metadata.Name, b.Metadata.Name},
		{"version of the cluster", a.Cluster.Version, b.Cluster.Version},
		{"number of shards", strconv.Itoa(a.Shard.Of), strconv.Itoa(b.Shard.Of)},
		{"profile", a.Profile, b.Profile},
		{"scope", scopeText(a.Report), scopeText(b.Report)},
	} {
		if both.a != both.b {
			return fmt.Errorf("%s and %s do not belong together: the %s is %q in one and %q in the other", a.Name, b.Name, both.what, both.a, both.b)
		}
	}
	between := b.Metadata.CreationTimestamp.Sub(a.Metadata.CreationTimestamp.Time).Abs()
	switch {
	case !maps.Equal(a.Settings, b.Settings):
		return fmt.Errorf("%s and %s do not belong together: their settings differ", a.Name, b.Name)
	case !slices.Equal(identities(a.Checks), identities(b.Checks)):
		return fmt.Errorf("%s and %s do not belong together: their checks or severities differ", a.Name, b.Name)
	case asText(fixed(a.Policy)) != asText(fixed(b.Policy)):
		return fmt.Errorf("%s and %s do not belong together: their policies differ", a.Name, b.Name)
	case a.Shard.Division != b.Shard.Division:
		return fmt.Errorf("%s and %s divide the namespaces in different ways, because a large one has grown or shrunk between them: run all shards again", a.Name, b.Name)
	case between > maxApart:
		return fmt.Errorf("%s and %s do not belong together: they were made %s apart", a.Name, b.Name, between)
	}
	return nil
}

func scopeText(r *api.Report) string {
	scope := r.Scope
	if scope.LeftOut != nil {
		scope.LeftOut = &api.LeftOut{Patterns: scope.LeftOut.Patterns}
	}
	return asText(scope)
}

// asText returns a value as JSON, which sorts maps: the same value is the same text.
func asText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("a part of a report is always valid JSON: %v", err))
	}
	return string(text)
}

func identities(checks []api.Check) []api.Check {
	all := make([]api.Check, len(checks))
	for i, c := range checks {
		all[i] = api.Check{ID: c.ID, Severity: c.Severity, DefaultSeverity: c.DefaultSeverity}
	}
	return all
}

// fixed is the policy without what became of it.
func fixed(p *api.Policy) api.Policy {
	if p == nil {
		return api.Policy{}
	}
	only := api.Policy{Config: p.Config, MinSeverity: p.MinSeverity, Enabled: p.Enabled, Disabled: p.Disabled}
	if p.Annotations != nil && p.Annotations.Forbidden {
		only.Annotations = &api.Annotations{Forbidden: true}
	}
	for _, e := range p.Exceptions {
		only.Exceptions = append(only.Exceptions, api.Exception{ExceptionRule: e.ExceptionRule, Source: e.Source})
	}
	return only
}

// disjoint refuses shards that judge the same namespace, or have no facts that fit.
func disjoint(shards []shard) error {
	judgedBy := map[string]string{}
	for _, s := range shards {
		exceptions := 0
		if s.Policy != nil {
			exceptions = len(s.Policy.Exceptions)
		}
		if len(s.Uses) != exceptions || slices.Contains(s.Nodes, nil) {
			return fmt.Errorf("%s: its facts do not fit it", s.Name)
		}
		for namespace, account := range s.Accounts {
			if other, twice := judgedBy[namespace]; twice || account == nil || namespace == "" {
				return fmt.Errorf("%s and %s both judge namespace %q", other, s.Name, namespace)
			}
			judgedBy[namespace] = s.Name
		}
	}
	return nil
}
