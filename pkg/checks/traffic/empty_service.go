package traffic

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
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
			Fix:      remedy.Describe(&w.Object, "find out why its pods are not created"),
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
