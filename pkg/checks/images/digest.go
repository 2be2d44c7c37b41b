package images

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// digests are the digests that the pods of a workload run, by container and
// image; empty if they differ: a person has to say which of them is intended.
type digests map[key]string

// digestsOf looks at each pod once, however many images there are.
func digestsOf(w *inventory.Workload, uses []use) digests {
	wanted := map[key]use{}
	for _, u := range uses {
		wanted[u.key] = u
	}
	found := digests{}
	named := map[*inventory.Template]map[string]string{}
	before := map[key]string{}
	for _, p := range w.Judged() {
		images := named[p.Template]
		if images == nil {
			images = map[string]string{}
			for _, c := range p.Template.All() {
				images[c.Name] = c.Image
			}
			named[p.Template] = images
		}
		for i := range p.Containers {
			c := &p.Containers[i]
			u, asked := wanted[key{container: c.Name, image: images[c.Name]}]
			if last, seen := before[u.key]; !asked || seen && last == c.ImageID {
				continue
			}
			before[u.key] = c.ImageID
			digest := u.ref.RunningDigest(c.ImageID)
			if digest == "" {
				continue
			}
			if common, known := found[u.key]; known && common != digest {
				digest = ""
			}
			found[u.key] = digest
		}
	}
	return found
}
