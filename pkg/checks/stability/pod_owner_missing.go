package stability

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// PodOwnerMissing finds pods whose controller does not exist any more.
var PodOwnerMissing = &audit.Check{
	ID: "pod-owner-missing", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true, Urgency: report.NextEvent,
	Title:          "Pods belong to a controller that is gone",
	ConfirmsOwners: true,
	Judge:          audit.Workloads(podOwnerMissing),
	Doc: audit.Doc{
		What: "Living pods name a controller in their ownerReferences, or in those of their ReplicaSet or Job, that no list " +
			"held; it was then asked for by name and was not there, or another object has its name. In files that are assumed " +
			"to be complete, it is gone when they hold objects of its kind but not that one. An owner of a kind that is not read, or that may not be read, is " +
			"unknown and no finding. A ReplicaSet that no Deployment owns is an info: its pods are replaced, but never rolled out.",
		Why: "The pods serve on as if all was well, but nothing replaces them: the next drain or crash takes them for good. " +
			"The garbage collector should have removed them, so when it wakes up they all disappear at once.",
		Fix: "Find out who deleted the controller and bring it back from its manifest: a new one has a new UID and does not " +
			"adopt pods that name the old one as their controller. See its own pods become ready, and then delete the old ones. " +
			"If nobody misses it, delete the pods. Pods that stay for longer than 10 minutes point at a garbage collector that " +
			"cannot list some kind of object, often because of a broken API service or conversion webhook.",
		Blind: "The garbage collector may be just about to remove the pods: an owner that was deleted seconds ago looks the " +
			"same. At most 50 missing owners are asked for. Whether an owner works is not judged, only whether it exists.",
		References: []string{
			"https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/",
			"https://kubernetes.io/docs/concepts/architecture/garbage-collection/",
		},
	},
}

func podOwnerMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	pods := w.Judged()
	switch {
	case len(pods) == 0 || ownsItself(w, pods):
		return audit.NotApplicable()
	case w.Kind == "Pod":
		// Only these pods' ownerReferences name it, and pods are never asked for.
		return audit.Unknown("owned by Pod " + w.Name + ", not verified: not among the pods that were read")
	case w.Existence.State == inventory.Gone:
		return audit.Faults(ownerGone(p, w, pods))
	case w.Existence.State == inventory.Unverified:
		return audit.Unknown(unverified(w))
	case w.Kind == "ReplicaSet" && w.Owner == nil:
		return audit.Faults(noDeployment(w, pods))
	}
	return audit.Faults()
}

// ownsItself tells a bare pod, which may own others, from one that is only
// named as their owner.
func ownsItself(w *inventory.Workload, pods []*inventory.Pod) bool {
	return slices.ContainsFunc(pods, func(pod *inventory.Pod) bool { return pod.Owner == nil })
}

func ownerGone(p *audit.Pass, w *inventory.Workload, pods []*inventory.Pod) audit.Fault {
	how := "a GET found no such object, or another of its name"
	if p.Time.IsZero() {
		// Only plain files have no time; nobody was asked.
		how = "it is not in the files"
	}
	names := make([]string, len(pods))
	for i, pod := range pods {
		names[i] = pod.Name
	}
	fault := audit.Fault{
		Pods:     pods,
		Message:  fmt.Sprintf("%s to %s %s, which is gone: %s", belong(names), w.Kind, w.Name, how),
		Evidence: report.Evidence{"pods": len(pods), "names": names[:min(len(names), namesShown)]},
		Fix:      audit.Fix{Advice: "bring the " + w.Kind + " back from its manifest, then delete what the old one left"},
	}
	if left := leftBehind(w, pods); len(left) <= namesShown {
		fault.Fix.Command = audit.Kubectl("delete").In(w.Namespace).On(left...)
	}
	return fault
}

// namesShown is how many pods are worth naming.
const namesShown = 10

// leftBehind is what stands directly below the missing owner: the pods, or the
// ReplicaSets between them, which would make their pods anew.
func leftBehind(w *inventory.Workload, pods []*inventory.Pod) []string {
	var left []string
	seen := map[string]bool{}
	for _, pod := range pods {
		name := "pod/" + pod.Name
		if between := pod.Owner; between != nil && between.Kind != w.Kind {
			name = strings.ToLower(between.Kind) + "/" + between.Name
		}
		if !seen[name] {
			seen[name] = true
			left = append(left, name)
		}
	}
	return left
}

// belong says "2 pods (a, b) belong". Many names say less than their number.
func belong(names []string) string {
	switch n := len(names); {
	case n == 1:
		return "pod " + names[0] + " belongs"
	case n <= 3:
		return fmt.Sprintf("%d pods (%s) belong", n, strings.Join(names, ", "))
	default:
		return fmt.Sprintf("%d pods (%s and others) belong", n, names[0])
	}
}

// unverified names the owner, unless the reason does.
func unverified(w *inventory.Workload) string {
	owned := "owned by " + w.Kind + " " + w.Name
	if strings.HasPrefix(w.Existence.Why, owned) {
		return w.Existence.Why
	}
	return owned + ", not verified: " + w.Existence.Why
}

func noDeployment(w *inventory.Workload, pods []*inventory.Pod) audit.Fault {
	return audit.Fault{
		Severity: report.Info, Pods: pods,
		Message:  "no Deployment owns this ReplicaSet: a new template never reaches its " + amount.Count(len(pods), "pod"),
		Evidence: report.Evidence{"pods": len(pods)},
		Fix: audit.Fix{
			Advice:  "put its selector and template into a Deployment, which then adopts it",
			Command: audit.Kubectl("get", "replicaset").In(w.Namespace).On(w.Name).With("-o", "yaml"),
		},
	}
}
