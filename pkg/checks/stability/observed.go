package stability

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// addObserved adds to a fault how many of the workload's pods were made and got stuck during the
// observation.
func addObserved(p *audit.Pass, w *inventory.Workload, fault *audit.Fault) {
	observed := p.Observed(inventory.Pods)
	if observed == 0 {
		return
	}
	pods := w.ObservedPods()
	fault.Evidence["observedSeconds"] = amount.Seconds(observed)
	fault.Evidence["observedPodsMade"], fault.Evidence["observedPodsStuck"] = pods.Made, pods.Stuck
	if pods.Stuck > 0 {
		fault.Message += fmt.Sprintf("; in the %s observed, %s got stuck", amount.Duration(observed), amount.Count(pods.Stuck, "pod"))
	}
}
