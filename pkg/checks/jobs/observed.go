package jobs

import (
	"fmt"
	"math"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// addObserved adds to a fault the number of the workload's pods that were made
// and lost during the observation.
func addObserved(p *audit.Pass, w *inventory.Workload, fault *audit.Fault) {
	observed := p.Observed(inventory.Pods)
	if observed == 0 {
		return
	}
	pods := w.ObservedPods()
	perMinute := math.Round(10*float64(pods.Lost)/observed.Minutes()) / 10
	fault.Message += fmt.Sprintf("; in the %s observed, %d pods were created and %d lost (%v/min)",
		amount.Duration(observed), pods.Made, pods.Lost, perMinute)
	fault.Evidence["observedSeconds"] = amount.Seconds(observed)
	fault.Evidence["observedPodsMade"], fault.Evidence["observedPodsLost"] = pods.Made, pods.Lost
	fault.Evidence["observedPodsLostPerMinute"] = perMinute
}
