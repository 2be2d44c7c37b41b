package files_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const positioned = `# A comment
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  template:
    spec:
      terminationGracePeriodSeconds: 5
      initContainers:
      - image: init:1
        name: init
      containers:
      - name: app
        image: web:1
        resources:
          limits:
            cpu: 1
      - {name: log, image: log:1}
---

apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  jobTemplate:
    spec:
      backoffLimit: 3
      template:
        spec:
          containers:
          - name: app
            image: job:1
`

// readAt reads files and returns a function that finds positions in them.
func readAt(t *testing.T, source *files.Source) func(kind, name, container, field string) string {
	t.Helper()
	inv, err := source.Read(context.Background(), inventory.Request{
		Resources: inventory.AllResources(), Fields: []string{"image", "replicas", "resources.limits.memory", "terminationGracePeriodSeconds"},
	})
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{"Deployment": "apps/v1", "ReplicaSet": "apps/v1", "CronJob": "batch/v1", "Rollout": "argoproj.io/v1alpha1"}
	return func(kind, name, container, field string) string {
		t.Helper()
		o := &inventory.Object{APIVersion: versions[kind], Kind: kind, Namespace: "shop", Name: name}
		if o.APIVersion == "" {
			o.APIVersion = "v1"
		}
		if kind == "Namespace" {
			o.Namespace = ""
		}
		at := inv.Positions.Find(o)
		if at == nil {
			return "nowhere"
		}
		return fmt.Sprintf("%s:%d", at.File, at.LineOf(container, field))
	}
}

func stdin(text string) *files.Source {
	return &files.Source{Filenames: []string{"-"}, Stdin: strings.NewReader(text)}
}

func TestPositions(t *testing.T) {
	at := readAt(t, stdin(positioned))
	for _, test := range []struct{ what, got, want string }{
		{"the object", at("Deployment", "web", "", ""), "stdin:2"},
		{"a field of the spec", at("Deployment", "web", "", "replicas"), "stdin:6"},
		{"a field of the pod spec", at("Deployment", "web", "", "terminationGracePeriodSeconds"), "stdin:9"},
		{"a field of the pod spec, in a container", at("Deployment", "web", "app", "terminationGracePeriodSeconds"), "stdin:9"},
		{"a container", at("Deployment", "web", "app", ""), "stdin:14"},
		{"a field of a container", at("Deployment", "web", "app", "image"), "stdin:15"},
		{"a missing field, in what is there", at("Deployment", "web", "app", "resources.limits.memory"), "stdin:17"},
		{"a container in one line", at("Deployment", "web", "log", "image"), "stdin:19"},
		{"a field that nothing of is there", at("Deployment", "web", "log", "resources.limits.memory"), "stdin:19"},
		{"an init container", at("Deployment", "web", "init", "image"), "stdin:11"},
		{"an unknown container", at("Deployment", "web", "injected", "image"), "stdin:2"},
		{"the second document", at("CronJob", "nightly", "", ""), "stdin:22"},
		{"a field of a CronJob's container", at("CronJob", "nightly", "app", "image"), "stdin:33"},
		{"the namespace, by the first that is in it", at("Namespace", "shop", "", ""), "stdin:2"},
		{"an object that was not read", at("Deployment", "other", "", ""), "nowhere"},
	} {
		if test.got != test.want {
			t.Errorf("%s is at %s, want %s", test.what, test.got, test.want)
		}
	}
}

// Lines are found however an object is written.
func TestPositionsInAnyForm(t *testing.T) {
	deployment := func(name string) string {
		return `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": "shop", "name": "` + name + `"},
"spec": {
	"template": {"spec": {"containers": [
		{"name": "app",
		"image": "web:1 \ud83d\ude00"}]}}}}`
	}
	padding := `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "big"}, "data": {"a": "` + strings.Repeat("x", 2<<20) + `"}}`
	indent := func(text string) string {
		return "- " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n"
	}
	block := strings.Join(strings.Split(positioned, "\n")[1:19], "\n")
	for name, test := range map[string]struct {
		text  string
		image int
	}{
		"JSON":                        {"\n\n" + deployment("web"), 7},
		"JSON after JSON":             {deployment("other") + "\n" + deployment("web"), 10},
		"a JSON list":                 {"{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [\n" + deployment("other") + ",\n" + deployment("web") + "]}", 11},
		"a list in a list":            {"{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [\n" + deployment("web") + "]}]}", 6},
		"a JSON list in pieces":       {"{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [" + padding + ",\n" + deployment("web") + "]}", 6},
		"an array":                    {"[" + deployment("other") + "," + deployment("web") + "]", 9},
		"a YAML list":                 {"apiVersion: v1\nkind: List\nitems:\n" + indent(block), 17},
		"a YAML list in pieces":       {"apiVersion: v1\nkind: List\nitems:\n- " + padding + "\n" + indent(block), 18},
		"a sequence":                  {indent(block), 14},
		"a document after a mark":     {"---\n# \n---\n" + block, 17},
		"with line ends of Windows":   {strings.ReplaceAll("---\n"+block, "\n", "\r\n"), 15},
		"after a block of other text": {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n    image: x\n\n    image: y\n---\n" + block, 23},
		"by an alias":                 {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop, annotations: {x: &i web}}\nspec: {template: {spec: {containers: &c [{name: app,\n image: *i}]}}}", 5},
	} {
		t.Run(name, func(t *testing.T) {
			at := readAt(t, stdin(test.text))
			want := fmt.Sprintf("stdin:%d", test.image)
			if got := at("Deployment", "web", "app", "image"); got != want {
				t.Errorf("the image is at %s, want %s", got, want)
			}
		})
	}
}

// Pods of a dump have the position of their owner or, if it is in no file, of
// the first of them. If a name is read twice, the last position counts.
func TestPositionsOfOwners(t *testing.T) {
	dir := t.TempDir()
	pod := "apiVersion: v1\nkind: Pod\nmetadata:\n  name: %s\n  namespace: shop\n  ownerReferences:\n" +
		"  - {apiVersion: %s, kind: %s, name: %s, uid: u, controller: true}\nspec: {containers: [{name: app, image: a:1}]}\n---\n"
	for name, text := range map[string]string{
		"a.yaml": fmt.Sprintf(pod, "one", "argoproj.io/v1alpha1", "Rollout", "search") + fmt.Sprintf(pod, "two", "argoproj.io/v1alpha1", "Rollout", "search") +
			fmt.Sprintf(pod, "three", "apps/v1", "ReplicaSet", "web"),
		"b.yaml": "---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web, namespace: shop}\nspec: {}\n",
		"c.yaml": "\n\n\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: []}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: []}",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at := readAt(t, &files.Source{Filenames: []string{dir}})
	got := []string{at("Rollout", "search", "app", "image"), at("ReplicaSet", "web", "", ""), at("Service", "web", "", ""), at("Pod", "one", "", "")}
	shown := filepath.ToSlash(dir)
	want := []string{shown + "/a.yaml:1", shown + "/b.yaml:2", shown + "/c.yaml:9", "nowhere"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
