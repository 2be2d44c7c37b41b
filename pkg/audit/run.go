package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// Options are how to run an audit.
type Options struct {
	Checks []*Check
	// Profile is what they were selected by, empty where they were named.
	Profile Profile
	// Now is the time as of which to judge.
	Now time.Time
	// Settings are the options that differ from the standard.
	Settings Settings
	// ToolVersion goes into the report.
	ToolVersion string
	// MinSeverity leaves out less severe findings, as if their checks did not
	// look for them: they do not weigh either.
	MinSeverity report.Severity
}

// failure is what one check found wrong with one subject.
type failure struct {
	check  *Check
	faults []Fault
	// own are the faults for which no more specific check speaks.
	own []Fault
	// folded are the checks for which this one speaks.
	folded []string
}

// Run judges an inventory. It is a pure function of its arguments.
func Run(inv *inventory.Inventory, opts Options) *report.Report {
	r := newReport(inv, opts)
	pass := &Pass{Inventory: inv, Now: opts.Now, Settings: opts.Settings}
	tallies := newTallies(inv)
	var coverage coverageSum
	outcomes := make([]outcome, len(opts.Checks))
	for i, check := range opts.Checks {
		outcomes[i] = run(pass, check, opts.MinSeverity, tallies)
		if check.Judge.concerns(inv.Scope) {
			coverage.add(check, outcomes[i].covered)
		}
	}

	byID := map[string]*outcome{}
	for i := range outcomes {
		byID[outcomes[i].ID] = &outcomes[i]
	}
	for _, t := range tallies.sorted() {
		fold(t.failures)
		for _, f := range t.failures {
			if len(f.own) == 0 {
				byID[f.check.ID].Folded++
				continue
			}
			byID[f.check.ID].Failed++
			finding := f.finding(t.object)
			r.Findings = append(r.Findings, finding)
			t.judged += max(f.check.Severity.Weight(), finding.Severity.Weight())
			t.failed += finding.Severity.Weight()
		}
		// What the findings were made of takes more memory than they do.
		t.failures = nil
	}
	for i := range outcomes {
		r.Checks = append(r.Checks, outcomes[i].conclude())
	}
	score(r, tallies.all)
	r.Summary.Coverage = coverage.value()
	addPodCounts(r, inv)
	r.Sanitise()
	sortReport(r)
	return r
}

// outcome gathers what becomes of a check.
type outcome struct {
	report.Check
	// covered is the share of the check that could be judged, from 0 to 1.
	covered float64
	// complete is set when all that the check reads was read.
	complete bool
}

func run(pass *Pass, check *Check, min report.Severity, tallies *tallies) outcome {
	o := outcome{Check: report.Check{ID: check.ID, Category: check.Category, Severity: check.Severity}, complete: true}
	if !check.Judge.concerns(pass.Scope) {
		return outcome{Check: o.Check, complete: true}
	}
	subjects := tallies.of(check.Judge.kind)
	for _, need := range check.Needs {
		if read := pass.Read(need); read.State != inventory.Complete {
			o.complete, o.Unknown, o.Reason = false, len(subjects), incompleteReason(read)
			return o
		}
	}
	share := 0.0
	for _, r := range check.Judge.reads {
		read := pass.Read(r)
		share += read.Share() / float64(len(check.Judge.reads))
		if read.State != inventory.Complete && o.complete {
			o.complete, o.Reason = false, incompleteReason(read)
		}
	}
	for _, t := range subjects {
		verdict := check.Judge.judge(pass, t.item)
		verdict.faults = slices.DeleteFunc(verdict.faults, func(f Fault) bool {
			return min != "" && !f.severity(check).AtLeast(min)
		})
		switch verdict.outcome {
		case report.NotApplicable:
		case report.Unknown:
			o.Unknown++
			o.Reason = cmp.Or(o.Reason, verdict.reason)
		default:
			o.Judged++
			if len(verdict.faults) == 0 {
				t.judged += check.Severity.Weight()
			} else {
				t.failures = append(t.failures, &failure{check: check, faults: verdict.faults})
			}
		}
	}
	switch {
	case o.Judged == 0 && (o.Unknown > 0 || !o.complete):
		o.covered = 0
	case o.Unknown > 0:
		o.covered = share * float64(o.Judged) / float64(o.Judged+o.Unknown)
	default:
		o.covered = share
	}
	return o
}

func (o *outcome) conclude() report.Check {
	switch {
	case o.Failed+o.Folded > 0:
		o.Outcome = report.Fail
	case !o.complete || o.Unknown > 0:
		o.Outcome = report.Unknown
	case o.Judged == 0:
		o.Outcome = report.NotApplicable
	default:
		o.Outcome = report.Pass
	}
	return o.Check
}

// incomplete says what is missing of a resource: in a namespace or, for "", in
// all of them, unless it is known in which.
func incomplete(read inventory.Read, namespace string) []report.Incomplete {
	if read.State == inventory.Complete {
		return nil
	}
	if len(read.Gaps) == 0 {
		return []report.Incomplete{{
			Resource: string(read.Resource), Namespace: namespace,
			Reason: read.Reason, Detail: read.Detail, Partial: read.State == inventory.Partial,
		}}
	}
	entries := make([]report.Incomplete, len(read.Gaps))
	for i, gap := range read.Gaps {
		entries[i] = report.Incomplete{
			Resource: string(read.Resource), Namespace: gap.Namespace,
			Reason: gap.Reason, Detail: gap.Detail, Partial: gap.Partial,
		}
	}
	return entries
}

func incompleteReason(read inventory.Read) string {
	if len(read.Gaps) > 0 {
		return fmt.Sprintf("%s: read in %d of %d namespaces, %s",
			read.Resource, read.Namespaces-len(read.Gaps), read.Namespaces, read.Reason)
	}
	if read.State == inventory.Partial {
		return fmt.Sprintf("%s: read in part, %s", read.Resource, read.Reason)
	}
	return fmt.Sprintf("%s: %s", read.Resource, read.Reason)
}

func newReport(inv *inventory.Inventory, opts Options) *report.Report {
	r := report.New()
	r.Metadata = report.Metadata{Name: inv.Name, CreationTimestamp: metav1.NewTime(opts.Now.UTC())}
	r.Tool.Version = opts.ToolVersion
	r.Profile, r.Settings = string(opts.Profile), maps.Clone(opts.Settings.written)
	r.Cluster.Version = inv.Version
	if inv.Complete(inventory.Nodes) {
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
	for _, resource := range Request(opts.Checks, inv.Scope).Resources {
		r.Incomplete = append(r.Incomplete, incomplete(inv.Read(resource), inv.Scope.Namespace)...)
	}
	r.Ignored = inv.Ignored
	r.Summary.Subjects = report.SubjectCounts{
		Workloads: len(inv.Workloads), Services: len(inv.Services), Nodes: len(inv.Nodes), Pods: inv.PodCount(),
	}
	return r
}

func addPodCounts(r *report.Report, inv *inventory.Inventory) {
	pods := map[report.Object]int{}
	for _, w := range inv.Workloads {
		pods[objectOf(&w.Object)] += len(w.Pods)
	}
	for i := range r.Subjects {
		r.Subjects[i].Pods = pods[r.Subjects[i].Object]
	}
}

func objectOf(o *inventory.Object) report.Object {
	return report.Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}
