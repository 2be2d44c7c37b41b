package images

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ImageTagLatest finds containers whose image is whatever was pushed last.
var ImageTagLatest = &audit.Check{
	ID: "image-tag-latest", Category: Category, Severity: api.High, Since: "v0.1.0",
	Field:    "image",
	Title:    "Image uses the tag latest or no tag",
	Options:  []audit.Option{movingTags},
	Explains: []string{"image-pull-policy-stale"},
	Judge:    audit.Over(audit.Workloads, imageTagLatest),
	Doc: audit.Doc{
		What: "The image of a container (app, sidecar or init) or of an image volume has no digest, and no tag or the " +
			"tag latest. All pod specs that run are judged; if no pod runs, the workload's own template is. A tag " +
			"after a placeholder (${REGISTRY}/shop:latest) counts. The image auto, which an injector replaces, does " +
			"not count, nor do injected sidecars.",
		Why: "The tag latest means whatever was pushed last, and is pulled when a pod starts. The version of a service " +
			"then changes when a node fails, not when somebody deploys: of three replicas, two can run last month's " +
			"program and the one that was rescheduled today's. A rollback changes nothing, because both revisions name " +
			"the same image, and nobody can say which version had the fault.",
		Fix: "Use a version that is never pushed again, a release or a commit (shop:1.4.2), ideally with its digest " +
			"(shop:1.4.2@sha256:…), which the registry cannot change. Let the pipeline write it into the manifest. The " +
			"proposed digest is the one that runs now: pinning it changes nothing that runs today.",
		Limitations: "Other tags move as well (stable, 1, main). This is not recorded anywhere, but you can list them " +
			"in the option tags. A tag in a private registry that forbids overwriting is as good as a digest, except " +
			"for latest, which only makes sense if it moves. Text that is not a valid image reference cannot run and " +
			"is not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/containers/images/#image-names",
			"https://kubernetes.io/docs/concepts/configuration/overview/",
		},
	},
}

// movingTags are the same for all checks of tags.
var movingTags = audit.List("tags", []string{"latest"}, "tags that are known to move")

func imageTagLatest(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	uses, unreadable := usesOf(p, w)
	moving := slices.DeleteFunc(uses, func(u use) bool { return !moves(u.ref, movingTags.In(p)) })
	switch {
	case len(moving) > 0:
		return audit.Faults(pinFaults(w, moving, latestText, func(u use, digest string) string {
			if digest == "" {
				return u.ref.Name + ":TAG"
			}
			return u.ref.Name + "@" + digest
		})...)
	case unreadable != "":
		return audit.Unknown(unreadable)
	}
	return audit.Faults()
}

// moves reports whether the image is whatever was pushed last: no digest pins
// it, and its tag, without which it is latest, is known to move.
func moves(ref image.Reference, tags []string) bool {
	return ref.Digest == "" && (ref.Tag == "" || slices.Contains(tags, ref.Tag))
}

func latestText(u use) string {
	if u.ref.Tag == "" {
		return u.image + ": no tag, which means latest, and no digest"
	}
	return u.image + ": tag " + u.ref.Tag + ", no digest"
}

// pinFaults propose, for each image, the one that runs now, if all pods agree:
// to pin that changes nothing.
func pinFaults(w *inventory.Workload, uses []use, text func(use) string, pinned func(u use, digest string) string) []audit.Fault {
	running := digestsOf(w, uses)
	var faults []audit.Fault
	for _, u := range uses {
		digest := running[u.key]
		fault := u.fault(text(u), u.replace(w, "pin it to a version that never changes", pinned(u, digest)))
		if digest != "" {
			fault.Evidence["digest"] = digest
		}
		faults = append(faults, fault)
	}
	return faults
}
