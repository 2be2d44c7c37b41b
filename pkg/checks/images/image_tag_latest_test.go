package images

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const digest = "sha256:4c1b8c0f0c6a3d2b5e7f90817263544536271809a1b2c3d4e5f60718293a4b5c"

func workload(kind string, images ...string) *inventory.Workload {
	template := &inventory.Template{}
	for i, image := range images {
		template.Spec.Containers = append(template.Spec.Containers,
			corev1.Container{Name: string(rune('a' + i)), Image: image})
	}
	return &inventory.Workload{
		Object:    inventory.Object{APIVersion: "apps/v1", Kind: kind, Namespace: "shop", Name: "web"},
		Templates: []*inventory.Template{template},
	}
}

// runs adds a pod whose first container has the image ID.
func runs(w *inventory.Workload, imageID string) {
	w.Pods = append(w.Pods, &inventory.Pod{
		Phase: corev1.PodRunning, Template: w.Templates[0], PodException: &inventory.PodException{},
		Containers: []inventory.Container{{ContainerIdentity: &inventory.ContainerIdentity{Name: "a", ImageID: imageID}}},
	})
}

func fixOf(w *inventory.Workload) string {
	inv := &inventory.Inventory{Workloads: []*inventory.Workload{w}}
	for _, r := range ImageTagLatest.Resources() {
		inv.Reads = append(inv.Reads, inventory.Read{Resource: r, State: inventory.Complete})
	}
	findings := audit.Run(inv, audit.Options{Checks: []*audit.Check{ImageTagLatest}}).Findings
	if len(findings) != 1 {
		return ""
	}
	return findings[0].Fix
}

func TestProposedImage(t *testing.T) {
	const other = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
	for _, test := range []struct {
		name     string
		imageIDs []string
		want     string
	}{
		{"no pod", nil, "a=nginx:TAG"},
		{"not pulled yet", []string{""}, "a=nginx:TAG"},
		{"one digest", []string{"docker.io/library/nginx@" + digest, ""}, "a=nginx@" + digest},
		{"two digests", []string{"docker.io/library/nginx@" + digest, "docker.io/library/nginx@" + other}, "a=nginx:TAG"},
	} {
		w := workload("Deployment", "nginx:latest")
		for _, id := range test.imageIDs {
			runs(w, id)
		}
		if got := fixOf(w); !strings.HasSuffix(got, ": kubectl -n shop set image deployment/web "+test.want) {
			t.Errorf("%s: %s", test.name, got)
		}
	}
}

// What is no image reference is unknown, unless something else is known to be
// wrong.
func TestNoReference(t *testing.T) {
	pass := &audit.Pass{Cluster: &inventory.Inventory{}}
	unknown := audit.Unknown(`web: image "No Image" of container b: invalid reference format: repository name (library/No Image) must be lowercase`)
	for _, test := range []struct {
		images []string
		want   audit.Verdict
	}{
		{nil, audit.Faults()},
		{[]string{"shop:1"}, audit.Faults()},
		{[]string{"shop:1", "No Image"}, unknown},
	} {
		if got := imageTagLatest(pass, workload("Deployment", test.images...)); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: %+v, want %+v", test.images, got, test.want)
		}
	}
	ended := workload("Job")
	ended.Templates = nil
	if got := imageTagLatest(pass, ended); !reflect.DeepEqual(got, audit.NotApplicable()) {
		t.Errorf("without a template: %+v", got)
	}
}

func TestContainerKind(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	w := workload("Deployment", "shop:1")
	w.Templates[0].Spec.InitContainers = []corev1.Container{
		{Name: "setup", Image: "setup:1"}, {Name: "proxy", Image: "proxy", RestartPolicy: &always},
	}
	want := api.Evidence{"image": "proxy", "containerKind": "sidecar"}
	uses, _ := usesOf(&audit.Pass{}, w)
	for i, kind := range []inventory.ContainerKind{inventory.Init, inventory.Sidecar, inventory.App} {
		if uses[i].kind != string(kind) {
			t.Errorf("%s is a %s, want %s", uses[i].container, uses[i].kind, kind)
		}
	}
	faults := pinFaults(w, uses[1:2], latestText, func(use, string) string { return "" })
	if !reflect.DeepEqual(faults[0].Evidence, want) {
		t.Errorf("%+v", faults[0].Evidence)
	}
}

// Tags that a team knows to move are as bad as latest.
func TestMovingTags(t *testing.T) {
	settings, err := audit.ParseSettings([]*audit.Check{ImageTagLatest}, []string{"image-tag-latest.tags=main,stable"})
	if err != nil {
		t.Fatal(err)
	}
	pass := &audit.Pass{Cluster: &inventory.Inventory{}, Settings: settings}
	for image, fine := range map[string]bool{
		"shop:main": false, "shop:stable": false, "shop": false, "shop:latest": true, "shop:main@" + digest: true, "shop:1": true,
	} {
		got := imageTagLatest(pass, workload("Deployment", image))
		if reflect.DeepEqual(got, audit.Faults()) != fine {
			t.Errorf("%s: %+v", image, got)
		}
	}
}

// Many revisions with an image of their own are looked at once, not once for
// each image.
func TestManyLatestImages(t *testing.T) {
	runsMany := func(n int) *inventory.Workload {
		w := workload("Deployment")
		w.Templates = nil
		for i := range n {
			template := workload("Deployment", fmt.Sprintf("shop/app-%d", i)).Templates[0]
			w.Templates = append(w.Templates, template)
			w.Pods = append(w.Pods, &inventory.Pod{
				Phase: corev1.PodRunning, Template: template, PodException: &inventory.PodException{},
				Containers: []inventory.Container{{ContainerIdentity: &inventory.ContainerIdentity{
					Name: "a", ImageID: fmt.Sprintf("docker.io/shop/app-%d@%s", i, digest),
				}}},
			})
		}
		return w
	}
	pass := &audit.Pass{Cluster: &inventory.Inventory{}}
	allocations := func(n int) float64 {
		w := runsMany(n)
		return testing.AllocsPerRun(1, func() { imageTagLatest(pass, w) })
	}
	if few, many := allocations(100), allocations(400); many > 4.5*few {
		t.Errorf("%.0f allocations for 100 images, %.0f for 400", few, many)
	}
}
