package images

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// use is an image of a container or an image volume of a workload, in any of its
// revisions.
type use struct {
	key
	template *inventory.Template
	// kind is the kind of the container, or imageVolume.
	kind   string
	policy corev1.PullPolicy
	ref    image.Reference
}

// key distinguishes uses.
type key struct {
	// container is empty for a volume.
	container, volume string
	image             string
}

const imageVolume = "image volume"

// injected is the placeholder of a container that an injector replaces.
const injected = "auto"

// usesOf returns all images of a workload, each once for each container or
// volume. Text that is not an image reference cannot run; unreadable names it.
func usesOf(p *audit.Pass, w *inventory.Workload) (uses []use, unreadable string) {
	add := func(u use) {
		if u.image == injected || slices.ContainsFunc(uses, func(other use) bool { return other.key == u.key }) {
			return
		}
		var err error
		if u.ref, err = image.ParseIn(p, u.image); err != nil {
			unreadable = fmt.Sprintf("%s: image %q of %s: %v", w.Name, u.image, u.owner(), err)
			return
		}
		uses = append(uses, u)
	}
	for _, t := range w.Templates {
		for i, c := range t.All() {
			kind := inventory.App
			if i < len(t.Spec.InitContainers) {
				kind = inventory.KindOfInit(c)
			}
			add(use{key{container: c.Name, image: c.Image}, t, string(kind), c.ImagePullPolicy, image.Reference{}})
		}
		for i := range t.Spec.Volumes {
			if v := &t.Spec.Volumes[i]; v.Image != nil {
				add(use{key{volume: v.Name, image: v.Image.Reference}, t, imageVolume, v.Image.PullPolicy, image.Reference{}})
			}
		}
	}
	return uses, unreadable
}

func (u use) owner() string {
	if u.volume != "" {
		return "volume " + u.volume
	}
	return "container " + u.container
}

// fault describes a problem of the image, which the finding names with its
// container or volume.
func (u use) fault(message string, fix audit.Fix) audit.Fault {
	evidence := api.Evidence{"image": u.image, "containerKind": u.kind}
	if u.volume != "" {
		message = "volume " + u.volume + ": " + message
		evidence = api.Evidence{"image": u.image, "volume": u.volume}
	}
	return audit.Fault{Container: u.container, Message: message, Evidence: evidence, Fix: fix}
}

// replace changes the image.
func (u use) replace(w *inventory.Workload, advice, reference string) audit.Fix {
	if u.volume != "" {
		return u.patchVolume(w, advice, remedy.Fields{"reference": reference})
	}
	return remedy.Image(w, u.container, advice, reference)
}

// pull changes the pull policy.
func (u use) pull(w *inventory.Workload, advice string, policy corev1.PullPolicy) audit.Fix {
	if u.volume != "" {
		return u.patchVolume(w, advice, remedy.Fields{"pullPolicy": string(policy)})
	}
	return remedy.Container(w, u.template, u.container, advice, remedy.Fields{"imagePullPolicy": string(policy)})
}

func (u use) patchVolume(w *inventory.Workload, advice string, fields remedy.Fields) audit.Fix {
	return remedy.PodSpec(w, advice, remedy.Fields{"volumes": []remedy.Fields{{"name": u.volume, "image": fields}}})
}
