package images

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ImageOversized finds images that take long to pull.
var ImageOversized = &audit.Check{
	ID: "image-oversized", Category: Category, Severity: api.Low, Since: "v0.1.0", Live: true, Urgency: api.Later,
	Field:   "image",
	Title:   "Container image is very large",
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Nodes}},
	Options: []audit.Option{largestImage},
	Judge:   audit.Over(audit.Workloads, imageOversized),
	Doc: audit.Doc{
		What: "The image of a running container (app, sidecar or init) is larger than 1Gi, according to the nodes that " +
			"have it. An image that no node lists is unknown: each node lists only its 50 largest images.",
		Why: "When a node fails, its pods start again only when their images are on another node. A few hundred MB " +
			"take seconds; several GB take minutes per node, from a registry that all pods use at once, and fill the " +
			"disk until the kubelet deletes other images to make room. Large images mostly contain what was needed to " +
			"build: compilers, package caches, test data, each with vulnerabilities to patch.",
		Fix: "Build in one stage and copy only the program into a small base image (distroless, alpine, *-slim, " +
			"*-jre). Delete package caches in the same layer that fills them. Put models and data sets into a volume. " +
			"docker history, or dive, shows which layer is large.",
		Limitations: "Sizes are those of the container runtime: containerd reports compressed layers, other runtimes " +
			"the unpacked size, which is two to three times as large. Layers that images share are counted for each " +
			"image.",
		References: []string{
			"https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/#NodeStatus",
			"https://docs.docker.com/build/building/multi-stage/",
		},
	},
}

var largestImage = audit.Quantity("size", "1Gi", "largest acceptable size")

func imageOversized(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	limit := largestImage.In(p)
	var faults []audit.Fault
	judged, unknown := 0, ""
	seen := map[key]bool{}
	for _, pod := range w.Judged() {
		for i := range pod.Containers {
			c := &pod.Containers[i]
			// An image that is not on a node yet has no size.
			if c.ImageID == "" || c.Kind == inventory.Ephemeral || seen[key{container: c.Name, image: c.ImageID}] {
				continue
			}
			seen[key{container: c.Name, image: c.ImageID}] = true
			judged++
			size := sizeOf(p, c)
			switch {
			case size == 0:
				unknown = "no node reports the size of " + c.Image
			case size > limit.Value():
				faults = append(faults, oversizedFault(p, w, pod, c, size))
			}
		}
	}
	if judged == 0 {
		return audit.NotApplicable()
	}
	return audit.FaultsUnless(unknown, faults...)
}

// sizeOf asks for the image that runs, by its digest, before it asks for the
// tag, under which nodes may hold different ones.
func sizeOf(p *audit.Pass, c *inventory.Container) int64 {
	for _, written := range []string{c.ImageID, c.Image} {
		if size := p.ImageSize(written); size > 0 {
			return size
		}
		for _, name := range image.NamesIn(p, written) {
			if size := p.ImageSize(name); size > 0 {
				return size
			}
		}
	}
	return 0
}

func oversizedFault(p *audit.Pass, w *inventory.Workload, pod *inventory.Pod, c *inventory.Container, size int64) audit.Fault {
	pinned := c.Image
	if ref, err := image.ParseIn(p, c.Image); err == nil {
		pinned = ref.Name
	}
	return audit.Fault{
		Container: c.Name, Pods: []*inventory.Pod{pod},
		Message:  c.Image + " is " + amount.Bytes(float64(size)) + " large",
		Evidence: api.Evidence{"image": c.Image, "bytes": int(size), "containerKind": string(c.Kind)},
		Fix:      remedy.Image(w, c.Name, "use a multi-stage build, without what is needed only for the build", pinned+":TAG"),
	}
}
