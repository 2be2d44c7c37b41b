package stability

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Findings about pods that do not run say how many got stuck while the cluster was watched.
func TestObservedStuckPods(t *testing.T) {
	for _, check := range []*audit.Check{PodPending, PodUnready, ContainerNotStarting, RolloutStuck} {
		t.Run(check.ID, func(t *testing.T) {
			text, err := os.ReadFile("testdata/" + check.ID + "/bad.yaml")
			if err != nil {
				t.Fatal(err)
			}
			for stuck, clause := range map[int]string{0: "", 1: "; in the 2m observed, 1 pod got stuck", 3: "; in the 2m observed, 3 pods got stuck"} {
				inv := filestest.MustRead(t, string(text))
				inv.Observation = &inventory.Observation{From: noon.Add(-2 * time.Minute), To: noon, Watches: []inventory.Watch{
					{Resource: inventory.Pods, From: noon.Add(-2 * time.Minute)},
				}}
				for _, w := range inv.Workloads {
					w.Observed = &inventory.ObservedPods{Made: 4, Stuck: stuck}
				}
				r := audit.Run(inv, audit.Options{Checks: []*audit.Check{check}, Now: noon})
				if len(r.Findings) == 0 {
					t.Fatal("nothing is found")
				}
				f := r.Findings[0]
				if !strings.HasSuffix(f.Message, clause) || clause == "" && strings.Contains(f.Message, "observed") {
					t.Errorf("the message is %q, want %q at its end", f.Message, clause)
				}
				if f.Evidence["observedPodsStuck"] != stuck || f.Evidence["observedPodsMade"] != 4 || f.Evidence["observedSeconds"] == nil {
					t.Errorf("the evidence is %v", f.Evidence)
				}
			}
		})
	}
}
