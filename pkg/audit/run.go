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
	// Profile selected the checks. It is empty if the user named them.
	Profile api.Profile
	// Now is the time as of which the audit judges.
	Now time.Time
	// Settings contains the options that differ from their defaults.
	Settings Settings
	// ToolVersion is written into the report.
	ToolVersion string
	// Catalog contains all known checks, because policies may name checks that do
	// not run. If empty, it is the same as Checks.
	Catalog []*Check
	Policy  Policy
	Gate    Gate
	// MinSeverity drops less severe findings, as if the checks did not look for
	// them: they take no points.
	MinSeverity api.Severity
}

// catalog returns all checks that the audit knows.
func (o *Options) catalog() []*Check {
	if len(o.Catalog) > 0 {
		return o.Catalog
	}
	return o.Checks
}

// failure contains the faults that one check found in one subject.
type failure struct {
	check *Check
	// position is the position of the check among all that run.
	position int
	faults   []Fault
	// own are the open faults that no more specific check explains.
	own []Fault
	// folded are the checks whose findings this one explains.
	folded []string
	// suppressed are the faults that policy suppresses, by the reason.
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

// release keeps only those parts of each fault that its finding needs.
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
	// shards, if any, are those of which this is the whole.
	shards []shard
	// nodes contains what a shard reports about nodes.
	nodes []*inventory.Node
}

func newAssessment(inv *inventory.Inventory, opts Options) *assessment {
	a := &assessment{
		inv: inv, opts: opts, report: newReport(inv, opts), tallies: newTallies(inv), outcomes: map[string]*outcome{},
		nodes: nodesOfShard(inv),
	}
	a.suppressor = a.newSuppressor()
	return a
}

// Run judges an inventory. It is a pure function of its arguments.
func Run(inv *inventory.Inventory, opts Options) *api.Report {
	a := newAssessment(inv, opts)
	a.run()
	return a.report
}

func (a *assessment) run() {
	// The order of these steps defines the meaning of a policy.
	a.judge() // with the severities that policy sets, and nothing below the minimum
	explained := explained(a.opts.Checks)
	for _, t := range a.tallies.sorted() {
		fold(t.failures, explained, a.opts.Now) // one cause, one finding
		a.suppress(t)                           // by annotations, then by exceptions
	}
	a.count()
	a.relate()
	a.release()
	a.conclude()     // open faults become findings, and take points
	a.reportPolicy() // exceptions that have expired, or match nothing
	a.score()
	a.finish()
}

// release drops everything that was judged, so that the memory for findings
// replaces it instead of adding to it.
func (a *assessment) release() {
	a.inv = a.inv.Outline()
	a.suppressor.annotations.inv = a.inv
	a.tallies.release()
}

// finish fills in everything that is known only at the end, and makes the report
// safe to print.
func (a *assessment) finish() {
	for _, check := range a.opts.Checks {
		a.report.Checks = append(a.report.Checks, a.outcomes[check.ID].conclude())
	}
	a.report.Summary.Coverage = a.coverage.value(a.inv.ReadShare())
	a.report.Gate = a.opts.Gate.report(a.report) // counts what is left
	a.report.Sanitize()
	sortReport(a.report, a.opts.Checks)
	a.reportShard()
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
	r.Ignored, r.Removed = inv.Ignored, inv.Removed
	r.Summary.Subjects = api.SubjectCounts{
		Workloads: len(inv.Workloads), Services: len(inv.Services), Nodes: len(inv.Nodes), Pods: inv.PodCount(),
	}
	return r
}

func objectOf(o *inventory.Object) api.Object {
	return api.Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}
