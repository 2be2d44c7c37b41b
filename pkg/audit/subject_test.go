package audit

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A Job or CronJob that was not read is known by what is left of it.
func TestJobsAsSubjects(t *testing.T) {
	inv := cluster("deployment", "job", "cronjob", "read")
	inv.Workloads[1].Kind, inv.Workloads[1].Jobs = "Job", []*inventory.Job{{}}
	inv.Workloads[2].Kind, inv.Workloads[2].Jobs = "CronJob", []*inventory.Job{{}}
	inv.Workloads[3].Kind, inv.Workloads[3].CronJob = "CronJob", &inventory.CronJob{}
	for name, test := range map[string]struct {
		kind *Kind[*inventory.Workload]
		want []string
	}{
		"Jobs": {Jobs, []string{"job", "cronjob", "read"}}, "CronJobs": {CronJobs, []string{"cronjob", "read"}},
	} {
		var got []string
		for _, s := range test.kind.find(inv) {
			got = append(got, s.object.Name)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s are %q, want %q", name, got, test.want)
		}
	}
}

// A Namespace is in itself.
func TestNamespacesOfSubjects(t *testing.T) {
	for want, o := range map[string]inventory.Object{
		"shop": {Kind: "Namespace", Name: "shop"}, "bank": {Kind: "Deployment", Namespace: "bank", Name: "Namespace"}, "": {Kind: "Node", Name: "n1"},
	} {
		if got := (&subject{object: &o}).namespace(); got != want {
			t.Errorf("%s %s is in %q, want %q", o.Kind, o.Name, got, want)
		}
	}
}
