package images

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ImageTagLatest finds containers whose image is whatever was pushed last.
var ImageTagLatest = &audit.Check{
	ID: "image-tag-latest", Category: Category, Severity: report.High, Since: "v0.1.0",
	Title: "An image is not pinned to a version",
	Judge: audit.Workloads(imageTagLatest),
	Doc: audit.Doc{
		What: "The image of a container (app, sidecar or init) has no digest, and no tag or the tag latest. All pod specs " +
			"that run are looked at, with the sidecars that were injected into them. Where no pod runs, it is the " +
			"workload's own template.",
		Why: "The tag latest is whatever was pushed last, and it is pulled when a pod starts. So the version of a service " +
			"changes when a node dies, not when somebody deploys: of three replicas, two run last month's program and the " +
			"one that was rescheduled at 2 a.m. runs tonight's. A rollback changes nothing, because both revisions name " +
			"the same image, and nobody can say which version had the fault.",
		Fix: "Name a version that is never pushed again, a release or a commit (shop:1.4.2), and best its digest as well " +
			"(shop:1.4.2@sha256:…), which the registry cannot change. Let the pipeline write it into the manifest. The " +
			"proposed digest is the one that runs now: to pin it changes nothing but that it stays. An injected sidecar " +
			"is pinned where it is injected.",
		Blind: "Other tags move too (stable, 1, main): whether one does is not written anywhere. A tag in a private " +
			"registry that forbids overwriting is as good as a digest, except for latest, which only makes sense if it " +
			"moves. Text that is no image reference cannot run and is not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/containers/images/#image-names",
			"https://kubernetes.io/docs/concepts/configuration/overview/",
		},
	},
}

func imageTagLatest(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	unreadable := ""
	type use struct{ container, image string }
	seen := map[use]bool{}
	for _, t := range w.Templates {
		for i, c := range t.All() {
			if seen[use{c.Name, c.Image}] {
				continue
			}
			seen[use{c.Name, c.Image}] = true
			ref, err := parseReference(c.Image)
			switch {
			case err != nil:
				unreadable = fmt.Sprintf("%s: image %q of container %s: %v", w.Name, c.Image, c.Name, err)
			case ref.latest():
				kind := inventory.App
				if i < len(t.Spec.InitContainers) {
					kind = inventory.KindOfInit(c)
				}
				faults = append(faults, latestFault(w, c.Name, kind, c.Image, ref))
			}
		}
	}
	if len(faults) == 0 && unreadable != "" {
		return audit.Unknown(unreadable)
	}
	return audit.Faults(faults...)
}

func latestFault(w *inventory.Workload, container string, kind inventory.ContainerKind, image string, ref imageReference) audit.Fault {
	message := image + ": tag latest, no digest"
	if ref.Tag == "" {
		message = image + ": no tag, which means latest, and no digest"
	}
	facts := report.Evidence{"image": image, "containerKind": string(kind)}
	pinned := ref.Name + ":TAG"
	if digest := digestOf(w, container, image, ref); digest != "" {
		pinned, facts["digest"] = ref.Name+"@"+digest, digest
	}
	return audit.Fault{
		Container: container, Message: message, Evidence: facts,
		Fix: remedy.Template(w, "pin it to a version that stays", []string{"set", "image"}, container+"="+pinned),
	}
}

// digestOf is the digest that all pods run, as far as they tell; empty where
// they differ: which of them is meant is not for a machine to say.
func digestOf(w *inventory.Workload, container, image string, ref imageReference) string {
	common := ""
	for _, p := range w.Judged() {
		if c := p.Template.Container(container); c == nil || c.Image != image {
			continue
		}
		for i := range p.Containers {
			if p.Containers[i].Name != container {
				continue
			}
			digest := ref.runningDigest(p.Containers[i].ImageID)
			if digest == "" {
				continue
			}
			if common != "" && common != digest {
				return ""
			}
			common = digest
		}
	}
	return common
}
