package stability

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ImageDigestDrift finds replicas of one revision that do not run the same
// program.
var ImageDigestDrift = &audit.Check{
	ID: "image-digest-drift", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true,
	Title: "Replicas run different images under the same tag",
	// Images differ between architectures, and reported digests differ between
	// runtimes.
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.Nodes}},
	Judge: audit.Over(audit.Workloads, imageDigestDrift),
	Doc: audit.Doc{
		What: "The running pods of one revision (one pod template) run different sha256 digests of the same container's image, " +
			"on nodes of the same architecture and container runtime. The finding names the digests with the number of pods. " +
			"An image that is pinned to a digest cannot drift.",
		Why: "The tag was pushed again, and nodes pulled it at different times: of three replicas two run last week's " +
			"program and one runs today's. One request in three behaves differently, a rollback changes nothing, and " +
			"logs of the same version contradict each other. Each drain changes the mixture.",
		Fix: "Decide which digest is the right one, and pin it: the rollout then brings all replicas to it. Let the " +
			"pipeline give each build a tag of its own, and configure the registry so that tags cannot be overwritten.",
		Limitations: "Only running containers are compared. Pods on nodes of different architecture or runtime are never " +
			"compared, nor are a pulled image and one that was loaded onto its node. A digest under another image " +
			"name, for example that of a mirror, is ignored. Custom resources whose pods have templates of their own " +
			"are not compared.",
		References: []string{
			"https://kubernetes.io/docs/concepts/containers/images/#image-names",
			"https://kubernetes.io/docs/concepts/containers/images/#updating-images",
		},
	},
}

// use is a container of a pod template.
type use struct {
	template  *inventory.Template
	container string
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

// differing returns the uses whose pods do not all report the same digest, in
// order: usually none.
func differing(pods []*inventory.Pod) []use {
	first := map[use]string{}
	var uses []use
	for _, pod := range pods {
		for i := range pod.Containers {
			c := &pod.Containers[i]
			if !runsImage(c) {
				continue
			}
			u := use{pod.Template, c.Name}
			if id, seen := first[u]; !seen {
				first[u] = c.ImageID
			} else if id != c.ImageID && !slices.Contains(uses, u) {
				uses = append(uses, u)
			}
		}
	}
	return uses
}

// runsImage reports whether a container counts: earlier runs and debug containers
// do not.
func runsImage(c *inventory.Container) bool {
	return !c.RunningSince.IsZero() && c.ImageID != "" && c.Kind != inventory.Ephemeral
}

// place groups the pods whose digests can be compared: pulled or loaded, on one
// platform.
type place struct {
	platform string
	local    bool
}

// version is one digest and the pods that run it.
type version struct {
	digest string
	pods   []*inventory.Pod
	since  time.Time
}

// drift compares the pods of a use, place by place. If they differ and the
// platform of a node is not known, it says so.
func drift(p *audit.Pass, w *inventory.Workload, u use, pods []*inventory.Pod) (fault audit.Fault, found bool, unknown string) {
	spec := u.template.Container(u.container)
	if spec == nil {
		return audit.Fault{}, false, ""
	}
	ref, err := image.ParseIn(p, spec.Image)
	if err != nil || ref.Digest != "" {
		return audit.Fault{}, false, ""
	}
	versions := map[place][]*version{}
	for _, pod := range pods {
		c := containerOf(pod, u)
		if c == nil {
			continue
		}
		digest, local := ref.RunningDigest(c.ImageID), false
		if digest == "" {
			digest, local = image.LocalID(c.ImageID), true
		}
		if !strings.HasPrefix(digest, "sha256:") {
			continue
		}
		platform := platformOf(p, pod.Node)
		if platform == "" {
			// With a single node there is nothing to compare.
			platform, unknown = "node "+pod.Node, "architecture and runtime of node "+pod.Node+" are not known"
		}
		at := place{platform, local}
		versions[at] = seen(versions[at], digest, pod)
	}
	worst := mostMixed(versions)
	if worst == nil {
		return audit.Fault{}, false, unknown
	}
	return driftFault(w, u.container, spec.Image, ref, worst), true, ""
}

// containerOf returns the container of a use in a pod, nil if it does not run.
func containerOf(pod *inventory.Pod, u use) *inventory.Container {
	if pod.Template != u.template {
		return nil
	}
	if c := pod.Container(u.container); c != nil && runsImage(c) {
		return c
	}
	return nil
}

// platformOf returns the platform that decides which digest a node reports for an
// image, "" if it is not known.
func platformOf(p *audit.Pass, name string) string {
	node := p.Node(name)
	if node == nil || node.Architecture == "" {
		return ""
	}
	return node.Architecture + " " + node.Runtime
}

func seen(versions []*version, digest string, pod *inventory.Pod) []*version {
	for _, v := range versions {
		if v.digest == digest {
			v.pods = append(v.pods, pod)
			if pod.Created.Before(v.since) {
				v.since = pod.Created
			}
			return versions
		}
	}
	return append(versions, &version{digest, []*inventory.Pod{pod}, pod.Created})
}

// mostMixed returns the versions of the place with the most pods, among those
// that have several; the most frequent first.
func mostMixed(versions map[place][]*version) []*version {
	var worst []*version
	total := func(all []*version) (n int) {
		for _, v := range all {
			n += len(v.pods)
		}
		return n
	}
	for _, mixed := range versions {
		if len(mixed) < 2 {
			continue
		}
		slices.SortFunc(mixed, func(a, b *version) int { return cmp.Or(len(b.pods)-len(a.pods), strings.Compare(a.digest, b.digest)) })
		if worst == nil || cmp.Or(total(mixed)-total(worst), strings.Compare(worst[0].digest, mixed[0].digest)) > 0 {
			worst = mixed
		}
	}
	return worst
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
		Message:  fmt.Sprintf("%s is %d different images: %s", written, len(versions), strings.Join(short, ", ")),
		Evidence: report.Evidence{"image": written, "digests": full},
		// They have differed since the second version appeared.
		Since: starts[1],
		Fix:   remedy.Image(w, container, "pin the intended digest", ref.Name+"@sha256:DIGEST"),
	}
}

func shortDigest(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] }
