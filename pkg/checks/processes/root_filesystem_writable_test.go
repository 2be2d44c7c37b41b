package processes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Windows knows no read-only root filesystem: the API server refuses it there.
func TestRootFilesystemOfWindows(t *testing.T) {
	for os, want := range map[corev1.OSName]api.Outcome{
		corev1.Windows: api.NotApplicable, corev1.Linux: api.Fail,
	} {
		template := &inventory.Template{Spec: corev1.PodSpec{
			OS: &corev1.PodOS{Name: os}, Containers: []corev1.Container{{Name: "app"}},
		}}
		inv := &inventory.Inventory{
			Workloads: []*inventory.Workload{{
				Object:    inventory.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "shop", Name: "cart"},
				Templates: []*inventory.Template{template},
			}},
		}
		for _, r := range RootFilesystemWritable.Resources() {
			inv.Reads = append(inv.Reads, inventory.Read{Resource: r, State: inventory.Complete})
		}
		checks := audit.Run(inv, audit.Options{Checks: []*audit.Check{RootFilesystemWritable}}).Checks
		if checks[0].Outcome != want {
			t.Errorf("%s: %s, want %s", os, checks[0].Outcome, want)
		}
	}
}
