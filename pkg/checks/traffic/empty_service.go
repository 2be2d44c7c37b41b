package traffic

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// emptyService says why a Service has no serving endpoint.
func emptyService(p *audit.Pass, s *inventory.Service, pods []*inventory.Pod) audit.Fault {
	fault := whyEmpty(p, s, pods)
	fault.Evidence["pods"], fault.Evidence["endpoints"] = len(pods), s.EndpointCount()
	if observed := p.Observed(inventory.EndpointSlices); observed > 0 {
		fault.Evidence["observedSeconds"], fault.Evidence["observedSecondsWithoutEndpoint"] = amount.Seconds(observed), amount.Seconds(observed)
		if s.Observed != nil {
			fault.Evidence["observedSecondsWithoutEndpoint"] = amount.Seconds(s.Observed.Empty)
		}
	}
	if s.NeverServed() && fault.Pods == nil {
		fault.Message += ", and never had one"
		if !s.Created.IsZero() {
			fault.Message += " in " + p.Age(s.Created)
		}
	}
	if fault.Severity != api.Info && (s.NeverServed() || s.MetricsOnly) && len(unlisted(p, s)) == 0 {
		// No traffic was lost.
		fault.Severity = api.Medium
	}
	return fault
}

func whyEmpty(p *audit.Pass, s *inventory.Service, pods []*inventory.Pod) audit.Fault {
	if ready := unlisted(p, s); len(ready) > 0 {
		return notListed(p, s, ready)
	}
	if len(pods) > 0 {
		return unreadyPods(p, s, pods)
	}
	if len(s.Workloads) > 0 && !slices.ContainsFunc(s.Workloads, func(w *inventory.Workload) bool {
		return w.Replicas == nil || *w.Replicas > 0
	}) {
		return scaledToZero(s)
	}
	if len(s.Workloads) > 0 {
		w := s.Workloads[0]
		return audit.Fault{
			Message:  fmt.Sprintf("no endpoint: %s %s has no pods", w.Kind, w.Name),
			Evidence: api.Evidence{},
			Fix: audit.Fix{
				Advice:  "find out why its pods are not created",
				Command: audit.Kubectl("describe").In(w.Namespace).On(strings.ToLower(w.Kind) + "/" + w.Name),
			},
		}
	}
	message := "no endpoint: its selector " + selectorText(s) + " matches no pod"
	if p.IsPart() {
		message = "no endpoint: its EndpointSlices list none"
	}
	fault := audit.Fault{
		Message: message, Evidence: api.Evidence{},
		Fix: audit.Fix{
			Advice:  "compare the selector with the labels of the pods it should find",
			Command: audit.Kubectl("get", "pods").In(s.Namespace).With("--show-labels"),
		},
	}
	if s.Owner.Custom() {
		// It may select a role that no pod has, and need not have.
		fault.Severity = api.Medium
		fault.Fix = askOwner(s.Namespace, s.Owner, "check whether it should have any")
	}
	return fault
}

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

// unreadyPods reports pods that are not ready, or the nodes that are not.
func unreadyPods(p *audit.Pass, s *inventory.Service, pods []*inventory.Pod) audit.Fault {
	fault := audit.Fault{
		Pods:     pods,
		Message:  fmt.Sprintf("no serving endpoint: %s", notReady(pods)),
		Evidence: api.Evidence{}, Since: lastServed(pods),
		Fix: audit.Fix{
			Advice:  "find out why its pods are not ready",
			Command: audit.Kubectl("describe", "pods").In(s.Namespace).Flag("-l", selectorText(s)),
		},
	}
	if clause, fix, found := deadNodes(p, pods); found {
		fault.Message += clause
		fault.Fix = fix
	}
	return fault
}

// deadNodes reports whether the nodes of all the pods are not ready, and says so.
func deadNodes(p *audit.Pass, pods []*inventory.Pod) (clause string, fix audit.Fix, found bool) {
	if slices.ContainsFunc(pods, func(pod *inventory.Pod) bool { return !nodeDown(p, pod) }) {
		return "", audit.Fix{}, false
	}
	node := pods[0].Node
	clause = ": node " + node + " is not"
	if slices.ContainsFunc(pods, func(pod *inventory.Pod) bool { return pod.Node != node }) {
		clause = ", as their nodes are not"
	}
	return clause, audit.Fix{
		Advice:  "check the state of the node",
		Command: audit.Kubectl("describe", "node").On(node),
	}, true
}

// nodeDown reports whether the node that a pod is on is not ready.
func nodeDown(p *audit.Pass, pod *inventory.Pod) bool {
	node := p.Node(pod.Node)
	if node == nil {
		return false
	}
	_, down := node.NotReadySince()
	return down
}

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

// askOwner leads to the object that decides.
func askOwner(namespace string, o *inventory.Owner, advice string) audit.Fix {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	return audit.Fix{
		Advice:  advice,
		Command: audit.Kubectl("describe").In(namespace).On(strings.ToLower(o.Kind) + "." + group + "/" + o.Name),
	}
}

func notReady(pods []*inventory.Pod) string {
	if len(pods) == 1 {
		return "its only pod is not ready"
	}
	return fmt.Sprintf("none of its %d pods is ready", len(pods))
}

// lastServed returns when the last of the pods lost its readiness; zero if the
// pods' conditions do not say.
func lastServed(pods []*inventory.Pod) time.Time {
	var last time.Time
	for _, pod := range pods {
		if pod.Ready.Since.After(last) {
			last = pod.Ready.Since
		}
	}
	return last
}
