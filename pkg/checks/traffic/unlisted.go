package traffic

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// unlisted returns the pods that have been ready for longer than it takes to
// write a slice, but that no slice lists as serving.
func unlisted(p *audit.Pass, s *inventory.Service) []*inventory.Pod {
	if len(s.Slices) == 0 || !controllerWrites(s) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Pods), func(pod *inventory.Pod) bool {
		return pod.Deleting() || !pod.Ready.Is(corev1.ConditionTrue) || p.Within(pod.Ready.Since, endpointGrace.In(p)) || s.Lists(pod)
	})
}

// notListed reports pods that are ready while the slices do not list them.
func notListed(p *audit.Pass, s *inventory.Service, ready []*inventory.Pod) audit.Fault {
	message, fix := whyNotListed(s, ready)
	return audit.Fault{
		Pods: ready, Message: "no serving endpoint: " + message, Fix: fix,
		Evidence: api.Evidence{"readyNotListed": len(ready)},
	}
}

func whyNotListed(s *inventory.Service, ready []*inventory.Pod) (message string, fix audit.Fix) {
	message = fmt.Sprintf("%d of its pods are ready, but its EndpointSlices do not list them", len(ready))
	if len(ready) == 1 {
		message = "pod " + ready[0].Name + " is ready, but its EndpointSlices do not list it"
	}
	for _, slice := range s.Slices {
		if !slices.ContainsFunc(ready, func(pod *inventory.Pod) bool { return pod.HasAddress(slice.AddressType) }) {
			return message + ": none has an " + string(slice.AddressType) + " address", audit.Fix{
				Advice:  "give the Service an IP family that its pods have",
				Command: audit.Kubectl("get").In(s.Namespace).On("service/"+s.Name).With("-o", "yaml"),
			}
		}
	}
	return message + ": the controller that writes them is behind, or has stopped", audit.Fix{
		Advice:  "check that kube-controller-manager, which writes them, still renews its lease",
		Command: audit.Kubectl("get").In("kube-system").On("lease/kube-controller-manager").With("-o", "yaml"),
	}
}
