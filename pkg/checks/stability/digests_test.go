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
		{"mixed on both, on one of them more often", []placed{
			{"amd-1", cart, "a"}, {"amd-2", cart, "b"}, {"arm-1", cart, "c"}, {"arm-1", cart, "d"}, {"arm-1", cart, "c"},
		}, "2 c, 1 d", false},
		{"mixed on both alike", []placed{{"arm-1", cart, "a"}, {"arm-1", cart, "b"}, {"amd-1", cart, "c"}, {"amd-2", cart, "d"}}, "1 a, 1 b", false},
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

// Only what runs now counts, and of it each container of a template once.
func TestDiffering(t *testing.T) {
	one, two := &inventory.Template{}, &inventory.Template{}
	runs := func(template *inventory.Template, id string, change ...func(*inventory.Container)) *inventory.Pod {
		c := inventory.Container{
			ContainerIdentity: &inventory.ContainerIdentity{Name: "app", Kind: inventory.App, ImageID: id}, RunningSince: noon.Add(-time.Hour),
		}
		for _, change := range change {
			change(&c)
		}
		return &inventory.Pod{Template: template, Containers: []inventory.Container{c}}
	}
	for name, test := range map[string]struct {
		pods []*inventory.Pod
		want []use
	}{
		"nothing runs":      {nil, nil},
		"the same":          {[]*inventory.Pod{runs(one, "a"), runs(one, "a")}, nil},
		"two":               {[]*inventory.Pod{runs(one, "a"), runs(one, "b")}, []use{{one, "app"}}},
		"three":             {[]*inventory.Pod{runs(one, "a"), runs(one, "b"), runs(one, "c")}, []use{{one, "app"}}},
		"the same again":    {[]*inventory.Pod{runs(one, "a"), runs(one, "b"), runs(one, "a")}, []use{{one, "app"}}},
		"of two templates":  {[]*inventory.Pod{runs(one, "a"), runs(two, "b")}, nil},
		"one does not run":  {[]*inventory.Pod{runs(one, "a"), runs(one, "b", func(c *inventory.Container) { c.RunningSince = time.Time{} })}, nil},
		"one is not known":  {[]*inventory.Pod{runs(one, "a"), runs(one, "")}, nil},
		"one is to debug":   {[]*inventory.Pod{runs(one, "a"), runs(one, "b", func(c *inventory.Container) { c.ContainerIdentity.Kind = inventory.Ephemeral })}, nil},
		"of two containers": {[]*inventory.Pod{runs(one, "a"), runs(one, "b", func(c *inventory.Container) { c.ContainerIdentity.Name = "log" })}, nil},
	} {
		if got := differing(test.pods); fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	stopped := runs(one, "a", func(c *inventory.Container) { c.RunningSince = time.Time{} })
	for _, pod := range []*inventory.Pod{stopped, runs(two, "a"), {Template: one}} {
		if got := containerOf(pod, use{one, "app"}); got != nil {
			t.Errorf("%+v runs %+v", pod, got)
		}
	}
}
