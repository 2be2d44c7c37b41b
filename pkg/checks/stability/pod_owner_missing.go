package stability

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// PodOwnerMissing finds pods whose controller no longer exists.
var PodOwnerMissing = &audit.Check{
	ID: "pod-owner-missing", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Title: "Orphaned pods: their controller no longer exists",
	Reads: audit.Reads{Owners: true},
	Judge: audit.Over(audit.Workloads, podOwnerMissing),
	Doc: audit.Doc{
		What: "Pods, or their ReplicaSet or Job, name a controller in their ownerReferences that is in no list; " +
			"requested by name, it was not found, or another object has its name. In files that are assumed to be " +
			"complete, it is missing when they contain objects of its kind but not that one. An owner of a kind that " +
			"is not read, or may not be read, is unknown and not a finding. A ReplicaSet that no Deployment owns is " +
			"info: its pods are replaced, but never rolled out.",
		Why: "The pods keep serving, but nothing replaces them after the next drain or crash. The garbage collector " +
			"should have removed them: when it works again, all of them disappear at once.",
		Fix: "Find out who deleted the controller and create it again from its manifest: it has a new UID and does not " +
			"adopt pods that name the old one as their controller. Wait until its own pods are ready, and then delete " +
			"the old ones. If nobody needs the workload, delete the pods. If such pods stay for more than 10 minutes, " +
			"the garbage collector probably cannot list some kind of object, often because of a broken API service or " +
			"conversion webhook.",
		Limitations: "The garbage collector may be about to remove the pods: an owner that was deleted seconds ago " +
			"looks the same. At most 50 missing owners are requested. Whether an owner works is not judged, only " +
			"whether it exists.",
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
		// Only these pods' ownerReferences name it, and pods are never requested
		// by name.
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

// ownsItself distinguishes a bare pod, which may own others, from one that is
// only named as their owner.
func ownsItself(w *inventory.Workload, pods []*inventory.Pod) bool {
	return slices.ContainsFunc(pods, func(pod *inventory.Pod) bool { return pod.Owner == nil })
}

func ownerGone(p *audit.Pass, w *inventory.Workload, pods []*inventory.Pod) audit.Fault {
	how := "a GET found no such object, or another of its name"
	if p.ReadAt().IsZero() {
		// Only plain files have no time; no server was asked.
		how = "it is not in the files"
	}
	names := make([]string, len(pods))
	for i, pod := range pods {
		names[i] = pod.Name
	}
	fault := audit.Fault{
		Pods:     pods,
		Message:  fmt.Sprintf("%s to %s %s, which is gone: %s", belong(names), w.Kind, w.Name, how),
		Evidence: api.Evidence{"pods": len(pods), "names": names[:min(len(names), namesShown)]},
		Fix:      audit.Fix{Advice: "bring the " + w.Kind + " back from its manifest, then delete the objects of the old one"},
	}
	if left := leftBehind(w, pods); len(left) <= namesShown {
		fault.Fix.Command = audit.Kubectl("delete").In(w.Namespace).On(left...)
	}
	return fault
}

// namesShown limits how many pods a message names.
const namesShown = 10

// leftBehind returns the objects directly below the missing owner: the pods, or
// the ReplicaSets between them, which would create their pods again.
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

// belong says "2 pods (a, b) belong". A long list of names helps less than the
// number.
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
		Severity: api.Info, Pods: pods,
		Message:  "no Deployment owns this ReplicaSet: a new template never reaches its " + amount.Count(len(pods), "pod"),
		Evidence: api.Evidence{"pods": len(pods)},
		Fix: audit.Fix{
			Advice:  "put its selector and template into a Deployment, which then adopts it",
			Command: audit.Kubectl("get", "replicaset").In(w.Namespace).On(w.Name).With("-o", "yaml"),
		},
	}
}
