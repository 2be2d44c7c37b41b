package audit

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func newReport(inv *inventory.Inventory, opts Options) *api.Report {
	r := api.New()
	r.Metadata = api.Metadata{Name: inv.Name, CreationTimestamp: metav1.NewTime(opts.Now.UTC())}
	r.Tool.Version = opts.ToolVersion
	r.Profile, r.Settings = string(opts.Profile), opts.Settings.Written()
	r.Cluster.Version = inv.Version
	if inv.ReadIn("", inventory.Nodes) {
		nodes := len(inv.Nodes)
		r.Cluster.Nodes = &nodes
	}
	r.Scope.AllNamespaces, r.Scope.Namespaces = inv.Scope.Whole(), slices.Clone(inv.Scope.Namespaces)
	for _, name := range inv.Scope.Objects {
		r.Scope.Objects = append(r.Scope.Objects, name.String())
	}
	if inv.Scope.Selector != nil {
		r.Scope.Selector = inv.Scope.Selector.String()
	}
	if patterns := inv.Scope.Exclude; len(patterns) > 0 && inv.Scope.Whole() {
		r.Scope.LeftOut = &api.LeftOut{Patterns: slices.Clone(patterns), Namespaces: len(inv.Excluded)}
	}
	for _, resource := range Request(opts.Checks, inv.Scope).Resources {
		if resource == inventory.Secrets && !inv.Asked(resource) {
			// Somebody left them out on purpose.
			continue
		}
		r.Incomplete = append(r.Incomplete, incomplete(inv.Read(resource), inv.Scope.Only())...)
	}
	r.Observation = observation(inv.Observation)
	for _, file := range inv.NotRead {
		r.NotRead = append(r.NotRead, api.NotRead{File: file.File, Reason: file.Reason})
	}
	for _, one := range inv.Replaced {
		r.Replaced = append(r.Replaced, api.Replaced{
			Object: objectOf(&one.Object),
			Source: api.Source{File: one.At.File, Line: one.At.Line}, By: api.Source{File: one.By.File, Line: one.By.Line},
		})
	}
	r.Ignored, r.Removed = inv.Ignored, inv.Removed
	return r
}

// incomplete describes what is missing of a resource: in a namespace, or in all
// of them for "" unless single namespaces are known.
func incomplete(read inventory.Read, namespace string) []api.Incomplete {
	if read.State == inventory.Complete {
		return nil
	}
	if len(read.Gaps) == 0 {
		return []api.Incomplete{{
			Resource: string(read.Resource), Namespace: namespace,
			Reason: read.Reason, Detail: read.Detail, Partial: read.State == inventory.Partial,
		}}
	}
	entries := make([]api.Incomplete, len(read.Gaps))
	for i, gap := range read.Gaps {
		entries[i] = api.Incomplete{
			Resource: string(read.Resource), Namespace: gap.Namespace,
			Reason: gap.Reason, Detail: gap.Detail, Partial: gap.Partial,
		}
	}
	return entries
}

func objectOf(o *inventory.Object) api.Object {
	return api.Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

// finish fills in everything that is known only at the end, and makes the report
// safe to print.
func (a *Audit) finish() {
	for _, check := range a.opts.Checks {
		a.report.Checks = append(a.report.Checks, a.outcomes[check.ID].conclude())
	}
	a.report.Summary.Coverage = a.coverage.value(a.inv.ReadShare())
	a.report.Gate = a.opts.Gate.report(a.report) // counts what is left
	a.report.Sanitize()
	sortReport(a.report, a.opts.Checks)
}
