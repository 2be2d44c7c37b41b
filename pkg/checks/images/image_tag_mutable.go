package images

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ImageTagMutable finds containers whose image a registry may replace, for
// teams that want to exclude that.
var ImageTagMutable = &audit.Check{
	ID: "image-tag-mutable", Category: Category, Severity: api.Info, Since: "v0.1.0", Profile: api.Strict,
	Field:   "image",
	Title:   "Image is not pinned to a digest",
	Options: []audit.Option{movingTags},
	Judge:   audit.Over(audit.Workloads, imageTagMutable),
	Doc: audit.Doc{
		What: "The image of a container (app, sidecar or init) has a tag and no digest. Runs only on request: many " +
			"teams trust a registry that forbids overwriting tags. Images without a tag, or with a tag that is known " +
			"to move, are reported by image-tag-latest.",
		Why: "Everyone who may push can point a tag to another image: by a build that runs twice, by mistake, or with " +
			"a stolen token. The next pod that starts on a new node then runs a program that nobody has reviewed or " +
			"rolled out, and a rollback to the same tag runs it again. A digest identifies the content itself and " +
			"cannot change.",
		Fix: "Let the pipeline write the digest next to the tag (shop:1.4.2@sha256:…), so that people can still " +
			"read the version, and let a bot (Renovate, Flux, Argo CD Image Updater) update both. The proposed digest " +
			"is the one that runs now: pinning it changes nothing that runs today.",
		Limitations: "Whether the registry allows overwriting a tag is not known. A mirror or a policy engine may resolve " +
			"tags to digests at admission: running pods show this, a template without pods does not.",
		References: []string{
			"https://kubernetes.io/docs/concepts/containers/images/#image-names",
		},
	},
}

func imageTagMutable(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	uses, unreadable := usesOf(p, w)
	mutable := slices.DeleteFunc(uses, func(u use) bool { return u.ref.Digest != "" || moves(u.ref, movingTags.In(p)) })
	switch {
	case len(mutable) > 0:
		return audit.Faults(pinFaults(w, mutable, mutableText, func(u use, digest string) string {
			if digest == "" {
				digest = "DIGEST"
			}
			return u.image + "@" + digest
		})...)
	case unreadable != "":
		return audit.Unknown(unreadable)
	}
	return audit.Faults()
}

func mutableText(u use) string { return u.image + ": a tag without a digest" }
