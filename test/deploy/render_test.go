// Package deploy tests the files under deploy/: that they render, that the API
// server accepts them, that prodcheck itself finds no fault in them, and that
// copies are equal. It is a separate module, so that Helm does not become a
// dependency of the product.
package deploy

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// root is the root of the repository.
const root = "../.."

var (
	kustomizations = filepath.Join(root, "deploy", "kustomize")
	chartDir       = filepath.Join(root, "deploy", "chart", "prodcheck")
)

// kustomized renders a kustomization as kubectl apply -k does.
func kustomized(t *testing.T, dir string) string {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(kustomizations, dir))
	if err != nil {
		t.Fatal(err)
	}
	text, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// operated returns the kustomization of a user with the Prometheus operator.
func operated(t *testing.T) string {
	t.Helper()
	return mine(t, map[string]string{"kustomization.yaml": "resources: [../serve]\ncomponents: [../prometheus-operator]\n"})
}

// withSecrets returns the kustomization of a user who allows audits to list
// Secrets.
func withSecrets(t *testing.T, dir string) string {
	t.Helper()
	return mine(t, map[string]string{"kustomization.yaml": "resources: [../" + dir + "]\ncomponents: [../secrets]\n"})
}

// withHistory returns the kustomization of a user who keeps reports.
func withHistory(t *testing.T, dir string) string {
	t.Helper()
	return mine(t, map[string]string{"kustomization.yaml": "resources: [../" + dir + "]\ncomponents: [../history]\n"})
}

// watching returns the kustomization of a user whose audits watch the cluster.
func watching(t *testing.T, dir string) string {
	t.Helper()
	return mine(t, map[string]string{"kustomization.yaml": "resources: [../" + dir + "]\ncomponents: [../watch]\n"})
}

// mine renders the kustomization of a user, whose files are beside those of the
// project.
func mine(t *testing.T, own map[string]string) string {
	t.Helper()
	files := filesys.MakeFsInMemory()
	for _, dir := range []string{"base", "serve", "prometheus-operator", "secrets", "history", "watch"} {
		copied, err := filepath.Glob(filepath.Join(kustomizations, dir, "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range copied {
			if err := files.WriteFile(path.Join("/", dir, filepath.Base(file)), read(t, file)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, content := range own {
		if err := files.WriteFile("/mine/"+name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, "/mine")
	if err != nil {
		t.Fatal(err)
	}
	text, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// values are a user's --set and --values.
type values map[string]any

// templated renders the chart as helm template does, as the release prodcheck.
func templated(t *testing.T, v values) string {
	t.Helper()
	text, err := template(v, "default")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func template(v values, namespace string) (string, error) {
	c, err := loader.Load(chartDir)
	if err != nil {
		return "", err
	}
	release := common.ReleaseOptions{Name: "prodcheck", Namespace: namespace, Revision: 1, IsInstall: true}
	// This also validates the values against the schema.
	all, err := util.ToRenderValues(c, v, release, common.DefaultCapabilities)
	if err != nil {
		return "", err
	}
	rendered, err := engine.Render(c, all)
	if err != nil {
		return "", err
	}
	return manifests(c, rendered), nil
}

// manifests joins the output of all templates except the notes.
func manifests(c *chart.Chart, rendered map[string]string) string {
	var out []string
	for name, text := range rendered {
		if strings.TrimSpace(text) != "" && path.Ext(name) == ".yaml" {
			out = append(out, fmt.Sprintf("# %s\n%s", strings.TrimPrefix(name, c.Name()+"/"), strings.TrimPrefix(strings.TrimSpace(text), "---\n")))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n---\n") + "\n"
}

// objects returns the manifests by kind and name.
func objects(t *testing.T, text string) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for _, document := range strings.Split(text, "\n---\n") {
		var object map[string]any
		// A duplicate key would be lost silently.
		if err := yaml.UnmarshalStrict([]byte(document), &object); err != nil {
			t.Fatalf("%v\n%s", err, document)
		}
		if len(object) == 0 {
			continue
		}
		metadata := object["metadata"].(map[string]any)
		all[fmt.Sprintf("%s %s", object["kind"], metadata["name"])] = object
	}
	return all
}
