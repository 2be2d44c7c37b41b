package images

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ImagePullPolicyStale finds images that move in the registry but stay unchanged
// on each node.
var ImagePullPolicyStale = &audit.Check{
	ID: "image-pull-policy-stale", Category: Category, Severity: api.Medium, Since: "v0.1.0",
	Field:   "imagePullPolicy",
	Title:   "Image with a moving tag is not pulled again (imagePullPolicy)",
	Options: []audit.Option{movingTags},
	Judge:   audit.Over(audit.Workloads, imagePullPolicyStale),
	Doc: audit.Doc{
		What: "The image of a container (app, sidecar or init) or of an image volume has no digest, and no tag or the " +
			"tag latest, and its pull policy is not Always. A finding of image-tag-latest covers this one. Images with " +
			"a digest are never flagged.",
		Why: "Each node runs whatever version it pulled first, and never checks for a newer one. Of three replicas, " +
			"two can run last month's program, and the one on a new node today's; a restart to get a fix succeeds only " +
			"on some nodes. With Never, the pod does not start at all on a node without the image.",
		Fix: "Use a version that is never pushed again, ideally with its digest: then IfNotPresent is right, and pods " +
			"start even while the registry is down. As long as the tag moves, pull it always: only changed layers are " +
			"transferred.",
		Limitations: "Moving tags other than latest are not known, but you can add them (option tags). An image that " +
			"was loaded onto the nodes by hand, in a test cluster, needs Never but is flagged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy",
		},
	},
}

func imagePullPolicyStale(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	uses, _ := usesOf(p, w)
	var faults []audit.Fault
	for _, u := range uses {
		// Without a policy, latest is always pulled.
		if u.policy == corev1.PullAlways || !moves(u.ref, movingTags.In(p)) || u.policy == "" && u.ref.Latest() {
			continue
		}
		policy := cmp.Or(u.policy, corev1.PullIfNotPresent)
		fault := u.fault(staleText(u.image, policy), u.pull(w, "pull it each time or, better, use a version that never changes", corev1.PullAlways))
		fault.Evidence["imagePullPolicy"] = string(policy)
		faults = append(faults, fault)
	}
	return audit.Faults(faults...)
}

func staleText(image string, policy corev1.PullPolicy) string {
	if policy == corev1.PullNever {
		return image + " with pull policy Never: each node runs the version that it happens to have"
	}
	return image + " with pull policy " + string(policy) + ": each node keeps the version that it pulled first"
}
