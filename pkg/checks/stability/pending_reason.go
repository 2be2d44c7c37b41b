package stability

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// pendingReason quotes the scheduler or, for a pod that was placed, its node or
// its containers.
func pendingReason(p *audit.Pass, pod *inventory.Pod) string {
	said := cause.WithDetail(pod.Reason, pod.Message)
	switch {
	case gated(pod):
		return gateText(pod)
	case pod.Unscheduled.Message != "":
		return cause.Quote(pod.Unscheduled.Message)
	case said != "":
		return said
	case pod.Node == "":
		return unplacedReason(p, pod)
	}
	if e := cause.Of(p, &pod.Object, inventory.Preparing, cause.EventsRecent); e != nil {
		return cause.Text(e)
	}
	for i := range pod.Containers {
		c := &pod.Containers[i]
		switch {
		case c.Kind == inventory.Init && !c.RunningSince.IsZero():
			return "init container " + c.Name + " is still running on " + pod.Node
		case c.Kind == inventory.Sidecar && !c.RunningSince.IsZero() && c.Starting:
			text := "sidecar " + c.Name + " runs on " + pod.Node + " and has not started, for which all others wait"
			if c.Restarts > 0 {
				text += "; " + amount.Count(int(c.Restarts), "restart")
			}
			return text
		case c.Waiting != "" && c.Waiting != "PodInitializing":
			return string(c.Kind) + " " + c.Name + " waits on " + pod.Node + ": " + cause.WithDetail(c.Waiting, c.WaitingMessage)
		}
	}
	return "placed on " + pod.Node + ", where nothing has started"
}

// gateText names the scheduling gates of a pod, for example that of a queue.
func gateText(pod *inventory.Pod) string {
	var names []string
	for _, gate := range pod.Template.Spec.SchedulingGates {
		names = append(names, gate.Name)
	}
	switch len(names) {
	case 0:
		return "a scheduling gate holds it back"
	case 1:
		return "scheduling gate " + names[0] + " holds it back"
	}
	return "scheduling gates " + strings.Join(names, ", ") + " hold it back"
}

// unplacedReason is for a pod about which its scheduler says nothing in its
// status.
func unplacedReason(p *audit.Pass, pod *inventory.Pod) string {
	if e := cause.Of(p, &pod.Object, inventory.Placing, cause.EventsRecent); e != nil {
		return cause.Text(e)
	}
	if claims := resourceClaims(pod); len(claims) > 0 {
		return "no node: the scheduler skips it until what it claims exists: " + strings.Join(claims, ", ")
	}
	if name := pod.Template.Spec.SchedulerName; name != "" && name != corev1.DefaultSchedulerName {
		return "no node, and its scheduler " + name + " does not say why"
	}
	return "no node, and no scheduler says why"
}

// resourceClaims names the ResourceClaims of a pod.
func resourceClaims(pod *inventory.Pod) []string {
	var names []string
	for _, claim := range pod.Template.Spec.ResourceClaims {
		switch {
		case claim.ResourceClaimName != nil:
			names = append(names, "ResourceClaim "+*claim.ResourceClaimName)
		case claim.ResourceClaimTemplateName != nil:
			names = append(names, "a ResourceClaim from template "+*claim.ResourceClaimTemplateName)
		}
	}
	return names
}

// pendingFix recognizes the messages of the scheduler's plugins.
