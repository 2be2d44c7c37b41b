package resources

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const runningAndNot = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: not-running, namespace: shop}
spec:
  template:
    spec:
      containers: [{name: app, image: app}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: limited, namespace: shop}
spec:
  template:
    spec:
      containers: [{name: app, image: app, resources: {limits: {cpu: 1, memory: 1Gi}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: running, namespace: shop}
spec:
  containers: [{name: app, image: app}]
status: {phase: Running}
`

// Without LimitRanges nobody knows what a template gets at admission: only what
// runs, and what needs none of them, can be judged.
func TestLimitRangesNotRead(t *testing.T) {
	inv := audittest.Fixture{Text: runningAndNot}.Read(t, append([]inventory.Resource{inventory.Pods}, inventory.Controllers...))
	inv.Reads = append(inv.Reads, inventory.Read{
		Resource: inventory.LimitRanges, State: inventory.Unreadable, Reason: "forbidden",
	})
	for _, check := range []*audit.Check{MemoryLimitMissing, ResourceRequestsMissing, CPULimitMissing} {
		r := audit.Run(inv, audit.Options{Checks: []*audit.Check{check}})
		if len(r.Findings) != 1 || r.Findings[0].Object.Name != "running" {
			t.Errorf("%s: findings %v, want one on the running pod", check.ID, r.Findings)
		}
		got, want := r.Checks[0], api.Check{
			ID: check.ID, Category: Category.Name, Severity: check.Severity, Urgency: r.Checks[0].Urgency,
			Outcome: api.Fail, Judged: 2, Unknown: 1, Failed: 1,
			Reason: "limitranges: forbidden",
		}
		if got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}
