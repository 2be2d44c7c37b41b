package traffic

import (
	"fmt"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// scaledToZero reports workloads that ask for no pods.
func scaledToZero(s *inventory.Service) audit.Fault {
	w := s.Workloads[0]
	fault := audit.Fault{
		Severity: api.High,
		Message:  fmt.Sprintf("no endpoint: %s %s is scaled to 0", w.Kind, w.Name),
		Evidence: api.Evidence{"scaledToZero": true},
		Fix: audit.Fix{
			Advice:  "scale it up, or delete the Service",
			Command: audit.Kubectl("scale").In(w.Namespace).On(strings.ToLower(w.Kind) + "/" + w.Name).With("--replicas=REPLICAS"),
		},
	}
	var holders []*inventory.Owner
	for _, w := range s.Workloads {
		holder := zeroHolder(s, w)
		if holder == nil {
			return fault
		}
		holders = append(holders, holder)
	}
	fault.Severity = api.Info
	fault.Message += fmt.Sprintf(" by %s %s", holders[0].Kind, holders[0].Name)
	fault.Fix = askOwner(s.Namespace, holders[0], "check whether it should run now")
	return fault
}

// zeroHolder keeps a workload at zero and may scale it up again: an autoscaler,
// or a custom resource above it, its autoscaler or the Service. It is nil if a
// person scaled it down.
func zeroHolder(s *inventory.Service, w *inventory.Workload) *inventory.Owner {
	for _, h := range w.Autoscalers {
		if h.Owner.Custom() {
			return h.Owner
		}
		if h.Min == 0 {
			return &inventory.Owner{APIVersion: h.APIVersion, Kind: h.Kind, Name: h.Name}
		}
	}
	for _, owner := range []*inventory.Owner{w.Owner, s.Owner} {
		if owner.Custom() {
			return owner
		}
	}
	return nil
}
