package images

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ImageTagMutable finds containers whose image a registry may replace, for
// teams that want to exclude that.
var ImageTagMutable = &audit.Check{
	ID: "image-tag-mutable", Category: Category, Severity: report.Info, Since: "v0.1.0", Profile: audit.Strict,
	Title:   "An image is named by a tag without a digest",
	Options: []audit.Option{movingTags},
	Judge:   audit.Over(audit.Workloads, imageTagMutable),
	Doc: audit.Doc{
		What: "The image of a container (app, sidecar or init) has a tag and no digest. Off unless it is asked for: many " +
			"teams trust a registry that forbids overwriting tags. Images without a tag, or with one that is known to " +
			"move, are the matter of image-tag-latest.",
		Why: "A tag is a name that anybody who may push can give to something else: by a build that runs twice, by a " +
			"mistake, or by a stolen token. The next pod that starts, at 2 a.m. on a new node, then runs a program that " +
			"nobody has reviewed or rolled out, and a rollback to the same tag brings it back. A digest is the content " +
			"itself: it can only be what it was.",
		Fix: "Let the pipeline write the digest beside the tag (shop:1.4.2@sha256:…), so that people can still read the " +
			"version, and a bot (Renovate, Flux, Argo CD Image Updater) raise both. The proposed digest is the one that " +
			"runs now: to pin it changes nothing but that it stays.",
		Blind: "Whether the registry lets a tag be overwritten is not known. A mirror or a policy engine may resolve tags to " +
			"digests at admission: then running pods show it, a template that has no pods does not.",
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
