package stability

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// use is a container of a pod template.
type use struct {
	template  *inventory.Template
	container string
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

// mixture returns the versions that the pods of a use run in one place, at least two
// and the most frequent first; nil if there are none. Where the platform of a node is not
// known, so that its pods cannot be compared, it says so.
func mixture(p *audit.Pass, u use, ref image.Reference, pods []*inventory.Pod) (worst []*version, unknown string) {
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
	return mostMixed(versions), unknown
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
