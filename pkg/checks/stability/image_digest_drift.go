package stability

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ImageDigestDrift finds replicas of one revision that do not run the same
// program.
var ImageDigestDrift = &audit.Check{
	ID: "image-digest-drift", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Field: "image",
	Title: "Replicas run different images under the same tag",
	// Images differ between architectures, and reported digests differ between
	// runtimes.
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.Nodes}},
	Judge: audit.Over(audit.Workloads, imageDigestDrift),
	Doc: audit.Doc{
		What: "The running pods of one revision (one pod template) run different sha256 digests of the same " +
			"container's image, on nodes of the same architecture and container runtime. The finding names the digests " +
			"with the number of pods. An image that is pinned to a digest cannot drift.",
		Why: "The tag was pushed again, and nodes pulled it at different times: of three replicas, two run last week's " +
			"program and one runs today's. One request in three behaves differently, a rollback changes nothing, and " +
			"logs of the same version contradict each other. Each drain changes the mix.",
		Fix: "Decide which digest is correct, and pin it: the rollout then brings all replicas to it. Let the pipeline " +
			"give each build a tag of its own, and configure the registry so that tags cannot be overwritten.",
		Limitations: "Only running containers are compared. Pods on nodes of different architecture or runtime are " +
			"never compared, nor are a pulled image and one that was loaded onto its node. A digest under another " +
			"image name, for example that of a mirror, is ignored. Custom resources whose pods have templates of their " +
			"own are not compared.",
		References: []string{
			"https://kubernetes.io/docs/concepts/containers/images/#image-names",
			"https://kubernetes.io/docs/concepts/containers/images/#updating-images",
		},
	},
}

func imageDigestDrift(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	pods := w.Judged()
	if len(pods) < 2 {
		return audit.NotApplicable()
	}
	uses := differing(pods)
	var faults []audit.Fault
	unknown := ""
	for _, u := range uses {
		fault, found, why := drift(p, w, u, pods)
		if found {
			faults = append(faults, fault)
		}
		unknown = cmp.Or(unknown, why)
	}
	return audit.FaultsUnless(unknown, faults...)
}

// drift compares the pods of a use.
func drift(p *audit.Pass, w *inventory.Workload, u use, pods []*inventory.Pod) (fault audit.Fault, found bool, unknown string) {
	spec := u.template.Container(u.container)
	if spec == nil {
		return audit.Fault{}, false, ""
	}
	ref, err := image.ParseIn(p, spec.Image)
	if err != nil || ref.Digest != "" {
		return audit.Fault{}, false, ""
	}
	versions, unknown := mixture(p, u, ref, pods)
	if versions == nil {
		return audit.Fault{}, false, unknown
	}
	return driftFault(w, u.container, spec.Image, ref, versions), true, ""
}

func driftFault(w *inventory.Workload, container, written string, ref image.Reference, versions []*version) audit.Fault {
	var short, full []string
	var starts []time.Time
	// The rarest is most likely the unintended one.
	var pods []*inventory.Pod
	for _, v := range versions {
		pods = append(slices.Clone(v.pods), pods...)
		short = append(short, fmt.Sprintf("%s in %s", shortDigest(v.digest), amount.Count(len(v.pods), "pod")))
		full = append(full, v.digest)
		starts = append(starts, v.since)
	}
	slices.SortFunc(starts, time.Time.Compare)
	return audit.Fault{
		Container: container, Pods: pods,
		Message:  fmt.Sprintf("%s runs as %d different images: %s", written, len(versions), strings.Join(short, ", ")),
		Evidence: api.Evidence{"image": written, "digests": full},
		// They have differed since the second version appeared.
		Since: starts[1],
		Fix:   remedy.Image(w, container, "pin the intended digest", ref.Name+"@sha256:DIGEST"),
	}
}

func shortDigest(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] }
