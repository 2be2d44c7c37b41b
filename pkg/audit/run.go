package audit

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Options configure an audit.
type Options struct {
	Checks []*Check
	// Profile is what they were selected by, empty where they were named.
	Profile api.Profile
	// Now is the time as of which to judge.
	Now time.Time
	// Settings are the options that differ from their defaults.
	Settings Settings
	// ToolVersion goes into the report.
	ToolVersion string
	// Catalog are all checks there are, empty for just those that run: policies
	// may name others.
	Catalog []*Check
	Policy  Policy
	Gate    Gate
	// MinSeverity leaves out less severe findings, as if their checks did not
	// look for them: they take no points.
	MinSeverity api.Severity
}

// catalog are all checks there are, as far as the audit knows.
func (o *Options) catalog() []*Check {
	if len(o.Catalog) > 0 {
		return o.Catalog
	}
	return o.Checks
}

// failure is a fault that one check found with one subject.
type failure struct {
	check *Check
	// position is the check's among all that run.
	position int
	faults   []Fault
	// own are the faults for which no more specific check speaks, and that are
	// open.
	own []Fault
	// folded are the checks for which this one speaks.
	folded []string
	// suppressed are faults that policy keeps out, by what.
	suppressed []suppressedFaults
}

type suppressedFaults struct {
	by     *api.Suppression
	faults []Fault
}

func (f *failure) suppress(fault Fault, by *api.Suppression) {
	for i := range f.suppressed {
		if s := &f.suppressed[i]; s.by == by {
			s.faults = append(s.faults, fault)
			return
		}
	}
	f.suppressed = append(f.suppressed, suppressedFaults{by, []Fault{fault}})
}

// release keeps of each fault what its finding says.
func (f *failure) release() {
	f.faults = nil
	for i := range f.own {
		f.own[i].keepNames()
	}
	for _, s := range f.suppressed {
		for i := range s.faults {
			s.faults[i].keepNames()
		}
	}
}

// assessment is one audit while it runs.
type assessment struct {
	inv        *inventory.Inventory
	opts       Options
	report     *api.Report
	tallies    *tallies
	outcomes   map[string]*outcome
	suppressor *suppressor
	coverage   coverageSum
	// accounts and workloads are for the score.
	accounts  accounts
	workloads []workload
}

// Run judges an inventory. It is a pure function of its arguments.
func Run(inv *inventory.Inventory, opts Options) *api.Report {
	a := &assessment{
		inv: inv, opts: opts, report: newReport(inv, opts), tallies: newTallies(inv), outcomes: map[string]*outcome{},
	}
	a.suppressor = a.newSuppressor()

	// The order of these steps is what a policy means.
	a.judge() // with the severities that policy sets, and nothing below the least
	explained := explained(opts.Checks)
	for _, t := range a.tallies.sorted() {
		fold(t.failures, explained, opts.Now) // one cause, one finding
		a.suppress(t)                         // by annotations, then by exceptions
	}
	a.count()
	a.release()
	a.conclude()   // what is open becomes findings, and takes points
	a.tellPolicy() // exceptions that have expired, or match nothing
	a.score()
	a.finish()
	return a.report
}

// release lets go of all that was judged, so that findings take its place in
// memory, not more of it.
func (a *assessment) release() {
	a.inv = a.inv.Outline()
	a.suppressor.annotations.inv = a.inv
	a.tallies.release()
}

// finish fills in what is known in the end, and makes the report fit to be seen.
func (a *assessment) finish() {
	for _, check := range a.opts.Checks {
		a.report.Checks = append(a.report.Checks, a.outcomes[check.ID].conclude())
	}
	a.report.Summary.Coverage = a.coverage.value(a.inv.ReadShare())
	a.report.Gate = a.opts.Gate.report(a.report) // counts what is left
	a.report.Sanitize()
	sortReport(a.report, a.opts.Checks)
}

// incomplete says what is missing of a resource: in a namespace or, for "", in
// all of them, unless it is known in which.
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
	if inv.Scope.Namespace == "" {
		r.Scope.AllNamespaces = true
	} else {
		r.Scope.Namespaces = []string{inv.Scope.Namespace}
	}
	if inv.Scope.Selector != nil {
		r.Scope.Selector = inv.Scope.Selector.String()
	}
	if patterns := inv.Scope.Exclude; len(patterns) > 0 && inv.Scope.Namespace == "" {
		r.Scope.LeftOut = &api.LeftOut{Patterns: slices.Clone(patterns), Namespaces: len(inv.Excluded)}
	}
	for _, resource := range Request(opts.Checks, inv.Scope).Resources {
		if resource == inventory.Secrets && !inv.Asked(resource) {
			// They were left out on purpose.
			continue
		}
		r.Incomplete = append(r.Incomplete, incomplete(inv.Read(resource), inv.Scope.Namespace)...)
	}
	for _, file := range inv.NotRead {
		r.NotRead = append(r.NotRead, api.NotRead{File: file.File, Reason: file.Reason})
	}
	r.Ignored, r.Removed = inv.Ignored, inv.Removed
	r.Summary.Subjects = api.SubjectCounts{
		Workloads: len(inv.Workloads), Services: len(inv.Services), Nodes: len(inv.Nodes), Pods: inv.PodCount(),
	}
	return r
}

func objectOf(o *inventory.Object) api.Object {
	return api.Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}
