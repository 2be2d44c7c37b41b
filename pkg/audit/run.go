package audit

import (
	"time"

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
