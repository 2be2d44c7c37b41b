package audit

import (
	"maps"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Audit is one audit while it runs. A cluster may become known in portions, each of which
// contains all that is known about some namespaces.
type Audit struct {
	// inv is the portion that is judged.
	inv      *inventory.Inventory
	opts     Options
	report   *api.Report
	tallies  *tallies
	outcomes map[string]*outcome
	// explained are the checks that name a cause of what others find.
	explained map[string]bool
	// conclusions contains what was found in each part.
	conclusions []*conclusion
	subjects    []api.Subject
	// counted and excluded are of all portions so far.
	counted    api.SubjectCounts
	excluded   map[string]bool
	suppressor *suppressor
	coverage   coverageSum
	accounts   accounts
	// dependsOn lists the objects that the subjects need that the user named.
	dependsOn map[*inventory.Object][]api.Object
	// shards, if any, are those of which this is the whole.
	shards []shard
}

// Begin starts an audit.
func Begin(opts Options) *Audit {
	a := &Audit{
		opts: opts, outcomes: map[string]*outcome{}, explained: explained(opts.Checks), subjects: []api.Subject{},
		excluded: map[string]bool{}, accounts: accounts{},
	}
	for i, check := range opts.Checks {
		a.outcomes[check.ID] = newOutcome(check, i)
	}
	a.suppressor = a.newSuppressor()
	return a
}

// Judge judges a portion of a cluster. It keeps nothing of the inventory.
func (a *Audit) Judge(inv *inventory.Inventory) {
	a.judgeInventory(inv)
	a.inv, a.tallies = nil, nil
}

func (a *Audit) judgeInventory(inv *inventory.Inventory) {
	a.take(inv)
	a.tallies = newTallies(a.inv, a.prepare())
	workloads := a.count()
	a.relate()
	a.judgeAll() // open faults become findings, and take points
	a.countReady(workloads)
}

// Conclude judges the last portion, or the only one, and makes the report. Only what
// this inventory says of the cluster is in the report: version, nodes, what was read.
func (a *Audit) Conclude(inv *inventory.Inventory) *api.Report {
	nodes := nodesOfShard(inv)
	a.judgeInventory(inv)
	a.report = newReport(a.inv, a.opts)
	a.report.Subjects, a.report.Summary.Subjects = a.subjects, a.counted
	a.addAccounts()
	a.addOutcomes()
	a.cover()
	a.gather()
	a.reportPolicy() // exceptions that have expired, or match nothing
	a.score()
	a.finish()
	a.reportShard(nodes)
	return a.report
}

// take makes an inventory the one that is judged, and counts what it contains.
func (a *Audit) take(inv *inventory.Inventory) {
	a.inv = inv.Releasable()
	a.counted.Workloads += len(inv.Workloads)
	a.counted.Services += len(inv.Services)
	a.counted.Pods += inv.PodCount()
	a.counted.Nodes = len(inv.Nodes)
	for _, namespace := range inv.Excluded {
		a.excluded[namespace] = true
	}
	a.inv.Excluded = slices.Sorted(maps.Keys(a.excluded))
}
