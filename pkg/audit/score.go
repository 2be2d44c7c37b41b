package audit

import (
	"math"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// account collects the points of a namespace, or of the whole cluster.
type account struct {
	// Judged is set if a check judged anything in it.
	Judged bool `json:"judged,omitempty"`
	// Members counts its workloads and Services, whether or not a check judged
	// them: the number of checks must not change a score.
	Members int `json:"members,omitempty"`
	// Lost are the points that its members lost. Points of other objects, such as
	// Ingresses, count as if a member had lost them.
	Lost int `json:"lost,omitempty"`
	// Own are the points that the namespace itself lost.
	Own       int           `json:"own,omitempty"`
	Readiness api.Readiness `json:"readiness"`
	findings  api.Counts
}

// workload is a workload that is or is not ready.
type workload struct {
	namespace string
	// tallies contains its own tally and those of the Services that select it, as
	// far as a check judges them.
	tallies []*tally
}

// ready reports whether nothing critical or high is open.
func (w *workload) ready() bool {
	for _, t := range w.tallies {
		if t.blocked {
			return false
		}
	}
	return true
}

// accounts contains the accounts of all namespaces, by name. The account with
// the empty name belongs to the nodes.
type accounts map[string]*account

func (a accounts) of(namespace string) *account {
	if a[namespace] == nil {
		a[namespace] = &account{}
	}
	return a[namespace]
}

// count counts the members of namespaces, and returns the workloads among them. A
// workload whose pods could not be read does not count.
func (a *Audit) count() []workload {
	var workloads []workload
	for _, w := range a.inv.Workloads {
		if len(w.Pods)+len(w.Jobs) == 0 && !a.inv.ReadIn(w.Namespace, inventory.Pods) {
			continue
		}
		counted := workload{namespace: w.Namespace}
		if own := a.tallies.byObject[&w.Object]; own != nil {
			counted.tallies = append(counted.tallies, own)
		}
		for _, s := range w.Services {
			if before := a.tallies.byObject[&s.Object]; before != nil {
				counted.tallies = append(counted.tallies, before)
			}
		}
		workloads = append(workloads, counted)
		a.accounts.of(w.Namespace).Members++
	}
	for _, s := range a.inv.Services {
		a.accounts.of(s.Namespace).Members++
	}
	return workloads
}

// countReady counts the workloads that are ready once they are judged.
func (a *Audit) countReady(workloads []workload) {
	for i := range workloads {
		ready := &a.accounts.of(workloads[i].namespace).Readiness
		ready.Workloads++
		if workloads[i].ready() {
			ready.Ready++
		}
	}
}

// charge adds the points that one subject lost.
func (a accounts) charge(t *tally) {
	object := objectOf(t.object)
	in := a.of(object.CountedIn())
	in.Judged = in.Judged || t.judged
	switch {
	case object.CountedIn() == "": // a node
		in.Members++
		in.Lost += min(t.lost, 100)
	case object.Namespace == "":
		in.Own += t.lost
	default:
		in.Lost += min(t.lost, 100)
	}
}

// settle fills in the scores of some subjects.
func (a *Audit) settle(part []*tally) {
	for _, t := range part {
		row := t.row()
		row.DependsOn = a.dependsOn[t.object]
		a.subjects = append(a.subjects, row)
		a.accounts.charge(t)
	}
}

// score fills in the scores of namespaces and the whole, and counts the findings.
func (a *Audit) score() {
	r := a.report
	for i := range r.Findings {
		a.accounts.of(r.Findings[i].Object.CountedIn()).findings.Add(r.Findings[i].Severity)
	}
	for i := range r.Suppressed {
		a.accounts.of(r.Suppressed[i].Object.CountedIn()).findings.Suppressed++
	}
	nodes := a.accounts.of("")
	// The points of a namespace itself count only if it is all that is audited.
	whole := account{Own: a.accounts.of(a.inv.Scope.Only()).Own, Judged: nodes.Judged, findings: nodes.findings}
	for namespace, in := range a.accounts {
		if in == nodes {
			continue
		}
		whole.add(in)
		r.Namespaces = append(r.Namespaces, api.Namespace{
			Name: namespace, Score: in.score(&account{}), Readiness: in.ready(), Findings: in.findings,
		})
	}
	r.Summary.Score, r.Summary.Readiness, r.Summary.Findings = whole.score(nodes), whole.ready(), whole.findings
	r.Summary.Subjects.Namespaces = len(r.Namespaces)
}

// add adds the account of a namespace to that of the cluster.
func (a *account) add(namespace *account) {
	a.Judged = a.Judged || namespace.Judged
	a.Members += namespace.Members
	a.Lost += namespace.Lost
	a.Readiness.Ready += namespace.Readiness.Ready
	a.Readiness.Workloads += namespace.Readiness.Workloads
	a.findings.AddAll(namespace.findings)
}

// mean returns the average loss of its members.
func (a *account) mean() float64 { return float64(a.Lost) / float64(max(a.Members, 1)) }

// score returns what members and nodes have left. It is rounded down: 100 means
// that no finding takes points.
func (a *account) score(nodes *account) api.Score {
	if !a.Judged {
		return api.Score{Grade: "-"}
	}
	left := 100 - float64(a.Own) - a.mean() - nodes.mean()
	return graded(max(int(math.Floor(left+1e-9)), 0), a.findings)
}

func (a *account) ready() *api.Readiness {
	if !a.Judged {
		return nil
	}
	return &a.Readiness
}

// graded adds the grade to a score. An open critical finding caps the grade at
// D, a high one at B, so that an A means that neither is open.
func graded(score int, open api.Counts) api.Score {
	graded := api.Score{Score: &score, Grade: "F"}
	for _, step := range []struct {
		from  int
		grade api.Grade
	}{{90, "A"}, {80, "B"}, {70, "C"}, {60, "D"}} {
		if score >= step.from {
			graded.Grade = step.grade
			break
		}
	}
	switch {
	case open.Critical > 0 && graded.Grade < "D":
		graded.Grade, graded.CappedBy = "D", api.Critical
	case open.High > 0 && graded.Grade < "B":
		graded.Grade, graded.CappedBy = "B", api.High
	}
	return graded
}
