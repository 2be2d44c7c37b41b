package stability

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// placed is a pod that runs an image, by a letter for its digest, on a node.
type placed struct{ node, repository, digest string }

func TestMixture(t *testing.T) {
	pass := &audit.Pass{Now: noon, Cluster: &inventory.Inventory{Nodes: []*inventory.Node{
		{Object: inventory.Object{Name: "amd-1"}, Architecture: "amd64", Runtime: "containerd"},
		{Object: inventory.Object{Name: "amd-2"}, Architecture: "amd64", Runtime: "containerd"},
		{Object: inventory.Object{Name: "arm-1"}, Architecture: "arm64", Runtime: "containerd"},
	}}}
	const cart = "registry.example/cart"
	ref, err := image.Parse(cart + ":1")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		pods    []placed
		want    string
		unknown bool
	}{
		{"one digest", []placed{{"amd-1", cart, "a"}, {"amd-2", cart, "a"}}, "", false},
		{"two digests", []placed{{"amd-1", cart, "a"}, {"amd-2", cart, "b"}, {"amd-1", cart, "b"}}, "2 b, 1 a", false},
		{"on two platforms", []placed{{"amd-1", cart, "a"}, {"arm-1", cart, "b"}}, "", false},
		{"mixed on one of two platforms", []placed{{"amd-1", cart, "a"}, {"amd-2", cart, "b"}, {"arm-1", cart, "c"}}, "1 a, 1 b", false},
		{"pulled and loaded", []placed{{"amd-1", cart, "a"}, {"amd-2", "", "b"}}, "", false},
		{"both loaded", []placed{{"amd-1", "", "a"}, {"amd-2", "", "b"}}, "1 a, 1 b", false},
		{"of another repository", []placed{{"amd-1", cart, "a"}, {"amd-2", "registry.example/debug", "b"}}, "", false},
		{"on an unknown node", []placed{{"amd-1", cart, "a"}, {"new", cart, "b"}}, "", true},
		{"on one unknown node", []placed{{"new", cart, "a"}, {"new", cart, "b"}}, "1 a, 1 b", true},
	} {
		template := &inventory.Template{}
		var pods []*inventory.Pod
		for _, r := range test.pods {
			id := "sha256:" + strings.Repeat(r.digest, 64)
			if r.repository != "" {
				id = r.repository + "@" + id
			}
			pods = append(pods, &inventory.Pod{Node: r.node, Template: template, Containers: []inventory.Container{{
				ContainerIdentity: &inventory.ContainerIdentity{Name: "app", Kind: inventory.App, ImageID: id},
				RunningSince:      noon.Add(-time.Hour),
			}}})
		}
		versions, unknown := mixture(pass, use{template, "app"}, ref, pods)
		var texts []string
		for _, v := range versions {
			texts = append(texts, fmt.Sprintf("%d %s", len(v.pods), v.digest[len("sha256:"):len("sha256:")+1]))
		}
		if got := strings.Join(texts, ", "); got != test.want || (unknown != "") != test.unknown {
			t.Errorf("%s: %q, %q; want %q", test.name, got, unknown, test.want)
		}
	}
}
