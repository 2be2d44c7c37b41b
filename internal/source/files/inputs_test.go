package files_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const webPod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: web}]}\n"

// write writes files below a new directory and changes to it.
func write(t *testing.T, texts map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range texts {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func readNamed(t *testing.T, source *files.Source) (*inventory.Inventory, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return source.Read(ctx, inventory.Request{Resources: inventory.AllResources()})
}

// notReadOf returns "FILE: REASON" for each file that was not read.
func notReadOf(inv *inventory.Inventory) (all []string) {
	for _, n := range inv.NotRead {
		all = append(all, n.File+": "+n.Reason)
	}
	return all
}

func namedPod(name string) string {
	return strings.ReplaceAll(webPod, "name: web}\ns", "name: "+name+"}\ns")
}

func TestDirectories(t *testing.T) {
	write(t, map[string]string{
		"dir/a.yaml": namedPod("a"), "dir/b.yml": namedPod("b"), "dir/c.json": "[]", "dir/notes.txt": "x",
		"dir/deep/d.yaml": namedPod("d"), "dir/z.yaml.gz": packed(t, namedPod("z")), "empty/notes.txt": "x",
	})
	for name, test := range map[string]struct {
		source files.Source
		want   []string
		err    string
	}{
		"directory":           {files.Source{Filenames: []string{"dir"}}, []string{"a", "b", "z"}, ""},
		"recursive":           {files.Source{Filenames: []string{"dir/"}, Recursive: true}, []string{"a", "b", "d", "z"}, ""},
		"pattern":             {files.Source{Filenames: []string{"d*/?.yaml"}}, []string{"a"}, ""},
		"several":             {files.Source{Filenames: []string{"dir/deep", "dir/b.yml"}}, []string{"b", "d"}, ""},
		"nothing in it":       {files.Source{Filenames: []string{"empty"}, Recursive: true}, nil, "empty: no files with the extensions .json, .yaml, .yml"},
		"maybe below it":      {files.Source{Filenames: []string{"empty"}}, nil, "empty: no files with the extensions .json, .yaml, .yml"},
		"no such file":        {files.Source{Filenames: []string{"dir/x.yaml"}}, nil, "dir/x.yaml: no such file or directory"},
		"no match":            {files.Source{Filenames: []string{"dir/*.xml"}}, nil, "dir/*.xml: no such file or directory"},
		"nothing to be found": {files.Source{Filenames: []string{"dir/c.json"}}, nil, "dir/c.json: no Kubernetes objects"},
	} {
		t.Run(name, func(t *testing.T) {
			inv, err := readNamed(t, &test.source)
			if err != nil || test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("error is %v, want %s", err, test.err)
				}
				return
			}
			var got []string
			for _, w := range inv.Workloads {
				got = append(got, w.Name)
			}
			if !slices.Equal(got, test.want) || len(inv.NotRead) > 0 {
				t.Errorf("read %v, want %v; not read: %v", got, test.want, inv.NotRead)
			}
		})
	}
}

// An input that the user did not name never ends an audit.
func TestForeignFilesInADirectory(t *testing.T) {
	write(t, map[string]string{
		"a.yaml":             webPod,
		"bad/not-there.yaml": "kind: [\n",
		"Chart.yaml":         "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
		"values-prod.yaml":   "replicas: 2\n",
		"kustomization.yml":  "resources: [a.yaml]\n",
		"overlay.yaml":       "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
		"template.yaml":      "kind: {{ .Values.kind }}\n",
		"patch.json":         `[{"op":"remove","path":"/spec"}]`,
		"etcd.json":          `[{"endpoint":"https://192.0.2.1:2379"}]`,
		"version.json":       `{"major":"1"}`,
		"text.yaml":          "just words\n",
		"packed.yaml":        "PK\x03\x04",
		"cut.json":           `{"apiVersion":"v1","kind":"List","items":[`,
		"wrong.yaml":         "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: http}]}\n",
		"quantity.yaml":      "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{image: b, resources: {limits: {memory: much}}}]}\n",
		"volume.yaml":        "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {volumes: [{name: a, fc: {lun: \"2\"}}], containers: [{image: b}]}\n",
		"secret.yaml":        "apiVersion: v1\nkind: Secret\nmetadata: {name: b}\ndata: {key: [YOUR_KEY]}\n",
		"time.yaml":          "apiVersion: v1\nkind: Pod\nmetadata: {name: b, creationTimestamp: today}\n",
	})
	inv, err := readNamed(t, &files.Source{Filenames: []string{"."}, Recursive: true})
	if err != nil {
		t.Fatal(err)
	}
	filestest.WantNames(t, inv.Workloads, "Pod default/web")
	want := []string{
		"Chart.yaml: a part of a Helm chart, not a Kubernetes object",
		"bad/not-there.yaml: line 1: not YAML: did not find expected node content",
		"cut.json: ends in the middle of an object: cut off, or not JSON",
		"etcd.json: a document without kind: not a Kubernetes object",
		"kustomization.yml: a kustomization, not a Kubernetes object",
		"overlay.yaml: a kustomization, not a Kubernetes object",
		"packed.yaml: a zip archive: unpack it first, and audit what is in it",
		"patch.json: a JSON patch, not a Kubernetes object",
		`quantity.yaml: Pod "b": a quantity must be a number with or without a unit, such as 100m or 128Mi`,
		`secret.yaml: Secret "b": data must be base64, not a string`,
		"template.yaml: a template, not a Kubernetes object",
		"text.yaml: plain text, not a Kubernetes object",
		`time.yaml: Pod "b": today is not a time such as 2006-01-02T15:04:05Z`,
		"values-prod.yaml: a part of a Helm chart, not a Kubernetes object",
		"version.json: a document without kind: not a Kubernetes object",
		`volume.yaml: Pod "b": spec.volumes.fc.lun must be a whole number, not a string`,
		`wrong.yaml: Service "web": spec.ports.port must be a whole number, not a string`,
	}
	if got := notReadOf(inv); !slices.Equal(got, want) {
		t.Errorf("not read:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if share := inv.ReadShare(); share != 1.0/18 {
		t.Errorf("%v of it was read", share)
	}
}

// If the user names one of them, it is an error.
func TestForeignFiles(t *testing.T) {
	write(t, map[string]string{
		"values.yaml": "replicas: 2\n", "other.yaml": "services: {}\n", "bad.yaml": "kind: [\n", "web.yaml": webPod,
		"two.yaml": "services: {}\n---\n" + webPod,
	})
	for name, want := range map[string]string{
		"values.yaml": "values.yaml: a part of a Helm chart, not a Kubernetes object: audit what it renders: helm template DIRECTORY | kubectl prodcheck -f -",
		"other.yaml":  "other.yaml: a document without kind: not a Kubernetes object",
		"bad.yaml":    "bad.yaml: line 1: not YAML: did not find expected node content",
	} {
		if _, err := readNamed(t, &files.Source{Filenames: []string{"web.yaml", name}}); err == nil || err.Error() != want {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
	inv, err := readNamed(t, &files.Source{Filenames: []string{"two.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	filestest.WantNames(t, inv.Workloads, "Pod default/web")
	if len(inv.NotRead) != 1 {
		t.Errorf("not read: %v", inv.NotRead)
	}
}

// If a file that could not be read may contain an object, no claim rests on its
// absence. A foreign file cannot contain one.
func TestAssumeCompleteButNotRead(t *testing.T) {
	for other, complete := range map[string]bool{"": true, "services: {}\n": true, "kind: [\n": false, "apiVersion: v1\nkind: Secret\ndata: {a: \"<A>\"}\n": false} {
		source := &files.Source{Filenames: []string{"-"}, Stdin: strings.NewReader(webPod + "---\n" + other), AssumeComplete: true}
		inv, err := readNamed(t, source)
		if err != nil {
			t.Fatal(err)
		}
		if got := inv.CompleteIn("default", inventory.Services); got != complete {
			t.Errorf("beside %q, the files hold all: %t", other, got)
		}
	}
}

func TestProblemsOfAFileAreBounded(t *testing.T) {
	inv := filestest.MustRead(t, webPod+strings.Repeat("---\nx: y\n", 1000))
	if n := len(inv.NotRead); n != files.MaxProblems+1 || inv.NotRead[n-1].Reason != "980 more documents" {
		t.Errorf("%d are named, the last one is %q", n, inv.NotRead[n-1].Reason)
	}
}

// kubectl prints an empty List if there is nothing.
func TestEmptyAnswers(t *testing.T) {
	const list = "apiVersion: v1\nitems: []\nkind: List\n"
	for _, text := range []string{list, list + "---\n" + list, `{"kind":"PodList","apiVersion":"v1","items":[]}`} {
		if inv := filestest.MustRead(t, text, filestest.InNamespace("shop")); len(inv.Workloads) > 0 {
			t.Error("something was read")
		}
	}
}

// A patch for kustomize is not an object, and replaces none.
func TestPatches(t *testing.T) {
	const unfilled = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {}, template: {spec: {containers: [{image: \"\"}, {image: a}]}}}\n"
	if inv := filestest.MustRead(t, unfilled); len(inv.NotRead) > 0 {
		t.Errorf("a whole object with an image to be filled in: %v", inv.NotRead)
	}
	const nameless = "---\napiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {containers: [{name: app, image: a}]}\n"
	if inv := filestest.MustRead(t, unfilled+nameless); len(inv.NotRead) != 1 || !strings.HasSuffix(inv.NotRead[0].Reason, "neither a name nor a generateName") {
		t.Errorf("without a name: %v", inv.NotRead)
	}
	const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {selector: {}, template: {spec: {containers: [{name: app, image: web}]}}}
---
`
	for patch, want := range map[string]string{
		"{template: {spec: {containers: [{name: app, env: []}]}}}":            "a container without an image",
		"{template: {spec: {initContainers: [{name: app}], containers: []}}}": "a container without an image",
		"{replicas: 5}": "neither a selector nor containers",
		"{template: {spec: {containers: [{name: app, $patch: delete, image: b}]}}}": "it has $patch",
	} {
		inv := filestest.MustRead(t, deployment+"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: "+patch+"\n")
		if len(inv.NotRead) != 1 || inv.NotRead[0].Reason != `line 7: Deployment "web": a patch, not an object: `+want {
			t.Errorf("%s: %v", patch, inv.NotRead)
		}
		if containers := inv.Workloads[0].Templates[0].Spec.Containers; len(containers) != 1 || containers[0].Image != "web" {
			t.Errorf("%s: %+v", patch, containers)
		}
	}
}

// If an object lacks a field that an object with the same name has, it is a
// patch of it.
func TestPatchesOfOneName(t *testing.T) {
	for kind, specs := range map[string][2]string{
		"apps/v1 Deployment":                     {"{selector: {}, template: {spec: {containers: [{image: a}]}}}", "{template: {spec: {containers: [{image: b}]}}}"},
		"v1 Service":                             {"{ports: [{port: 80}]}", "{type: LoadBalancer}"},
		"autoscaling/v2 HorizontalPodAutoscaler": {"{scaleTargetRef: {kind: Deployment, name: a}, maxReplicas: 2}", "{maxReplicas: 5}"},
		"batch/v1 CronJob":                       {`{schedule: "@daily", jobTemplate: {spec: {template: {spec: {containers: [{image: a}]}}}}}`, "{suspend: true}"},
		"policy/v1 PodDisruptionBudget":          {"{selector: {}, maxUnavailable: 1}", "{maxUnavailable: 2}"},
		"networking.k8s.io/v1 Ingress":           {"{rules: []}", "{ingressClassName: a}"},
	} {
		apiVersion, kind, _ := strings.Cut(kind, " ")
		document := func(spec string) string {
			return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: web}\nspec: " + spec + "\n---\n"
		}
		if inv := filestest.MustRead(t, document(specs[0])+document(specs[1])); len(inv.NotRead) != 1 || !strings.Contains(inv.NotRead[0].Reason, "a patch") {
			t.Errorf("%s: %v", kind, inv.NotRead)
		}
		if inv := filestest.MustRead(t, document(specs[0])+document(specs[0])); len(inv.NotRead) > 0 {
			t.Errorf("%s: %v", kind, inv.NotRead)
		}
	}
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func inUTF16(order binary.AppendByteOrder, text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

func TestEncodings(t *testing.T) {
	for name, text := range map[string]string{
		"gzip":                         packed(t, webPod),
		"gzip in parts":                packed(t, "# a comment\n") + packed(t, webPod),
		"UTF-16":                       inUTF16(binary.LittleEndian, "\ufeff"+webPod),
		"UTF-16, big endian":           inUTF16(binary.BigEndian, "\ufeff"+webPod),
		"UTF-16 without a mark":        inUTF16(binary.LittleEndian, webPod),
		"UTF-16 without, big endian":   inUTF16(binary.BigEndian, webPod),
		"UTF-16, then gzip":            packed(t, inUTF16(binary.LittleEndian, "\ufeff"+webPod)),
		"UTF-8 with a byte order mark": "\ufeff" + webPod,
	} {
		t.Run(name, func(t *testing.T) { filestest.WantNames(t, filestest.MustRead(t, text).Workloads, "Pod default/web") })
	}
	tar := make([]byte, 1024)
	copy(tar[257:], "ustar")
	for text, want := range map[string]string{
		"\x28\xb5\x2f\xfd...":     "compressed with zstd: unpack it first, for example with zstd -d",
		string(tar):               "a tar archive: unpack it first, and audit what is in it",
		packed(t, string(tar)):    "a tar archive: unpack it first, and audit what is in it",
		packed(t, webPod)[:40]:    "cannot be unpacked with gzip: damaged, or cut off",
		"\x1f\x8bno":              "cannot be unpacked with gzip: damaged, or cut off",
		"\x7fELF\x02\x01\x00\x00": "binary data, not YAML or JSON",
	} {
		if _, err := filestest.Read(text); err == nil || err.Error() != "stdin: "+want {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
}

func TestURLs(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch asked++; {
		case r.URL.Path == "/flaky.yaml" && asked == 1:
			w.WriteHeader(http.StatusBadGateway)
		case r.URL.Path == "/none.yaml":
			w.WriteHeader(http.StatusNotFound)
		default:
			fmt.Fprint(w, webPod)
		}
	}))
	defer server.Close()
	for _, path := range []string{"/web.yaml?token=secret", "/flaky.yaml"} {
		asked = 0
		inv, err := readNamed(t, &files.Source{Filenames: []string{server.URL + path}})
		if err != nil {
			t.Fatal(err)
		}
		if name := strings.TrimPrefix(filepath.Base(path), "/"); len(inv.Workloads) != 1 || !strings.HasPrefix(name, inv.Name) {
			t.Errorf("%s: %d workloads of %q", path, len(inv.Workloads), inv.Name)
		}
	}
	asked = 0
	_, err := readNamed(t, &files.Source{Filenames: []string{strings.Replace(server.URL, "://", "://user:pass@", 1) + "/none.yaml?token=secret"}})
	if want := server.URL + "/none.yaml: the server answered 404 Not Found"; err == nil || err.Error() != want || asked != 1 {
		t.Errorf("asked %d times: %v, want %s", asked, err, want)
	}
}

// An interrupt ends every wait: for a server that does not answer, for one that
// does not finish, and for an endless input.
func TestFilesAreInterrupted(t *testing.T) {
	reached := make(chan struct{}, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/half.yaml" {
			fmt.Fprint(w, webPod)
			_ = http.NewResponseController(w).Flush()
		}
		reached <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	for name, source := range map[string]*files.Source{
		"no answer":  {Filenames: []string{server.URL + "/web.yaml"}},
		"no end":     {Filenames: []string{server.URL + "/half.yaml"}},
		"endless":    {Filenames: []string{"-"}, Stdin: &repeated{text: "---\n" + webPod, reached: reached}},
		"one object": {Filenames: []string{"-"}, Stdin: &repeated{text: "apiVersion: v1\n# ", reached: reached}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-reached
				cancel()
			}()
			if _, err := source.Read(ctx, inventory.Request{Resources: inventory.AllResources()}); !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// Everything that was read before the time is over counts.
func TestFilesAtTheEndOfTheirTime(t *testing.T) {
	write(t, map[string]string{"a.yaml": webPod})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	source := &files.Source{Filenames: []string{"a.yaml", "-", "a.yaml"}, Stdin: &repeated{text: "---\n" + webPod, reached: make(chan struct{}, 1)}}
	inv, err := source.Read(ctx, inventory.Request{Resources: inventory.AllResources()})
	if err != nil {
		t.Fatal(err)
	}
	filestest.WantNames(t, inv.Workloads, "Pod default/web")
	if want := []string{
		"stdin: not read to its end within the time limit", "a.yaml: not read to its end within the time limit",
	}; !slices.Equal(notReadOf(inv), want) {
		t.Errorf("not read: %q", notReadOf(inv))
	}
}

// repeated is a text that repeats endlessly.
type repeated struct {
	text    string
	reached chan<- struct{}
	reads   int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.reads++; r.reads == 3 {
		r.reached <- struct{}{}
	}
	return copy(p, r.text), nil
}
