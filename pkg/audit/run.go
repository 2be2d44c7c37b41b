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
	inv      *inventory.Inventory
	opts     Options
	report   *api.Report
	tallies  *tallies
	outcomes map[string]*outcome
	// conclusions contains what was found in each part.
	conclusions []*conclusion
	suppressor  *suppressor
	coverage    coverageSum
	// accounts and workloads are for the score.
	accounts  accounts
	workloads []workload
	// dependsOn lists the objects that the subjects need that the user named.
	dependsOn map[*inventory.Object][]api.Object
	// shards, if any, are those of which this is the whole.
	shards []shard
	// nodes contains what a shard reports about nodes.
	nodes []*inventory.Node
}

func newAssessment(inv *inventory.Inventory, opts Options) *assessment {
	a := &assessment{
		inv: inv.Releasable(), opts: opts, report: newReport(inv, opts), outcomes: map[string]*outcome{}, nodes: nodesOfShard(inv),
	}
	a.suppressor = a.newSuppressor()
	return a
}

// Run judges an inventory. It is a pure function of its arguments. A caller that
// does not keep the inventory needs less memory: Run drops what it has judged.
func Run(inv *inventory.Inventory, opts Options) *api.Report {
	a := newAssessment(inv, opts)
	a.run()
	return a.report
}

func (a *assessment) run() {
	a.tallies = newTallies(a.inv, a.prepare())
	a.count()
	a.relate()
	a.judgeAll() // open faults become findings, and take points
	a.addOutcomes()
	a.cover()
	a.gather()
	a.reportPolicy() // exceptions that have expired, or match nothing
	a.score()
	a.finish()
}
