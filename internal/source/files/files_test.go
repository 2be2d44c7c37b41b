package files_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files/filestest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const twoDeployments = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: app, image: web:1}]}}}
---
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: cart, namespace: shop}
  spec: {template: {spec: {containers: [{name: app, image: cart:1}]}}}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: settings, namespace: shop}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: other}
`

func TestFilesReadManifestsAndLists(t *testing.T) {
	inv := filestest.MustRead(t, twoDeployments)
	filestest.WantNames(t, inv.Workloads, "Deployment default/web", "Deployment shop/cart")
	if inv.Ignored["PersistentVolumeClaim"] != 1 || inv.Ignored["Thing"] != 1 {
		t.Errorf("ignored %v", inv.Ignored)
	}
	if got := inv.Read(inventory.Deployments); got.State != inventory.Complete || got.Items != 2 {
		t.Errorf("deployments: %+v", got)
	}
	if !inv.Time.IsZero() {
		t.Errorf("manifests know no time, got %v", inv.Time)
	}
}

func TestFilesNamespace(t *testing.T) {
	filestest.WantNames(t, filestest.MustRead(t, twoDeployments, filestest.InNamespace("shop")).Workloads, "Deployment shop/cart", "Deployment shop/web")
	const other = "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n"
	_, err := filestest.Read(other, filestest.InNamespace("shop"))
	if err == nil || err.Error() != `stdin: no objects of namespace "shop"` {
		t.Errorf("error is %v", err)
	}
}

func TestFilesReadOnlyWhatIsAskedFor(t *testing.T) {
	inv := filestest.MustRead(t, twoDeployments, func(r *inventory.Request) { r.Resources = []inventory.Resource{inventory.Services} })
	if len(inv.Workloads) > 0 || inv.Read(inventory.Deployments).State != inventory.Unreadable || !inv.ReadIn("", inventory.Services) {
		t.Errorf("workloads %v, reads %+v", filestest.Names(inv.Workloads), inv.Reads)
	}
}

func TestFilesDirectory(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.yaml", twoDeployments)
	write("b.json", `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"bare"},"spec":{"containers":[]}}`)
	write("notes.txt", "not a manifest")
	source := files.Source{Filenames: []string{dir}}
	inv, err := source.Read(context.Background(), inventory.Request{Resources: inventory.AllResources()})
	if err != nil {
		t.Fatal(err)
	}
	filestest.WantNames(t, inv.Workloads, "Deployment default/web", "Pod default/bare", "Deployment shop/cart")
	if inv.Name != filepath.Base(dir) {
		t.Errorf("name %q", inv.Name)
	}
}

func TestBadFiles(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":           {"", "stdin: no Kubernetes objects"},
		"only comments":   {"# nothing\n---\n# here\n", "stdin: no Kubernetes objects"},
		"another program": {"services:\n  web: {image: nginx}\n", "stdin: a document without kind: not a Kubernetes object"},
		"no apiVersion":   {"kind: Pod\nmetadata: {name: a}\n", `stdin: Pod "a" without apiVersion: not a Kubernetes object`},
		"broken YAML":     {"apiVersion: v1\nkind: Pod\nmetadata: {name: [\n", "stdin: line 3: not YAML"},
		"wrong type":      {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: many}\n", `stdin: Deployment "web": `},
		"two snapshots":   {snapshotLine + snapshotLine, "stdin: a second snapshot: only one can be read at a time"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := filestest.Read(test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error is %v, want %s", err, test.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
	source := files.Source{Filenames: []string{"/does/not/exist.yaml"}}
	if _, err := source.Read(context.Background(), inventory.Request{}); err == nil || err.Error() != "/does/not/exist.yaml: no such file or directory" {
		t.Errorf("error is %v", err)
	}
}

const snapshotLine = `{"apiVersion":"prodcheck/v1alpha1","kind":"Snapshot","metadata":{"name":"prod","creationTimestamp":"2026-11-21T12:00:00Z"},` +
	`"version":"v1.36.3","namespace":"shop","reads":[{"resource":"pods","state":"complete","items":1},` +
	`{"resource":"services","state":"unreadable","items":0,"reason":"forbidden"}],` +
	`"owners":[{"apiVersion":"apps/v1","kind":"ReplicaSet","namespace":"shop","name":"cart-1","uid":"rs-1","state":"gone"}]}` + "\n"

func TestFilesSnapshot(t *testing.T) {
	inv := filestest.MustRead(t, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"cart-1-x","namespace":"shop","ownerReferences":[`+
		`{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"cart-1","uid":"rs-1","controller":true}]},"spec":{"containers":[]}}`+"\n"+snapshotLine)
	if inv.Name != "prod" || inv.Version != "v1.36.3" || inv.Scope.Only() != "shop" ||
		!inv.Time.Equal(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("name %q, version %q, scope %+v, time %v", inv.Name, inv.Version, inv.Scope, inv.Time)
	}
	if got := inv.Read(inventory.Services); got.State != inventory.Unreadable || got.Reason != "forbidden" {
		t.Errorf("services: %+v", got)
	}
	if got := inv.Read(inventory.Deployments); got.State != inventory.Unreadable {
		t.Errorf("a resource that the snapshot does not name: %+v", got)
	}
	filestest.WantNames(t, inv.Workloads, "ReplicaSet shop/cart-1")
	if got := inv.Workloads[0].Existence.State; got != inventory.Gone {
		t.Errorf("the owner is %s", got)
	}
}

func TestFilesOwners(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-1-x\n  ownerReferences:\n" +
		"  - {apiVersion: apps/v1, kind: ReplicaSet, name: web-1, controller: true}\nspec: {containers: []}\n"
	const otherReplicaSet = "---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: cart-1}\n"
	if got := filestest.MustRead(t, pod).Workloads[0].Existence; got.State != inventory.Unverified {
		t.Errorf("no ReplicaSet in the files: the owner is %s", got.State)
	}
	for assume, want := range map[bool]inventory.ExistenceState{false: inventory.Unverified, true: inventory.Gone} {
		source := files.Source{Filenames: []string{"-"}, Stdin: strings.NewReader(pod + otherReplicaSet), AssumeComplete: assume}
		inv, err := source.Read(context.Background(), inventory.Request{Resources: inventory.AllResources()})
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range inv.Workloads {
			if w.Name == "web-1" && w.Existence.State != want {
				t.Errorf("other ReplicaSets in the files, assumed to be complete: %v: the owner is %s", assume, w.Existence.State)
			}
		}
	}
}

func TestDefaults(t *testing.T) {
	inv := filestest.MustRead(t, `
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
  - name: app
    image: app
    readinessProbe: {httpGet: {port: 80}}
    resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}
`)
	spec := inv.Workloads[0].Templates[0].Spec
	probe := spec.Containers[0].ReadinessProbe
	if spec.RestartPolicy != corev1.RestartPolicyAlways || probe.FailureThreshold != 3 || probe.PeriodSeconds != 10 || probe.TimeoutSeconds != 1 {
		t.Errorf("restartPolicy %q, probe %+v", spec.RestartPolicy, probe)
	}
	if memory := spec.Containers[0].Resources.Requests.Memory().String(); memory != "1Gi" {
		t.Errorf("a limit is its own request: %s", memory)
	}
}

func TestLimitRangeDefaults(t *testing.T) {
	inv := filestest.MustRead(t, `
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 128Mi}, defaultRequest: {cpu: 100m}}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: [{name: app, image: app}, {name: own, image: app, resources: {limits: {memory: 1Gi}}}]}}}
`)
	template := inv.Workloads[0].Templates[0]
	if got := template.Spec.Containers[0].Resources.Limits.Memory().String(); got != "128Mi" {
		t.Errorf("limit %s", got)
	}
	if got := template.Spec.Containers[1].Resources.Limits.Memory().String(); got != "1Gi" {
		t.Errorf("own limit %s", got)
	}
	if !slices.Equal(template.Limited, []string{"app/memory"}) {
		t.Errorf("limited %v", template.Limited)
	}
}

func TestLimitRangeBounds(t *testing.T) {
	inv := filestest.MustRead(t, `
apiVersion: v1
kind: LimitRange
metadata: {name: bounds}
spec: {limits: [{type: Container, max: {memory: 1Gi}, min: {cpu: 50m}}, {type: Pod, max: {cpu: 4}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: never-applied}
spec: {containers: [{name: app, image: app}]}
`)
	resources := inv.Workloads[0].Templates[0].Spec.Containers[0].Resources
	if resources.Limits.Memory().String() != "1Gi" || resources.Requests.Memory().String() != "1Gi" ||
		resources.Requests.Cpu().String() != "50m" || !resources.Limits.Cpu().IsZero() {
		t.Errorf("%+v", resources)
	}
}

func TestSelector(t *testing.T) {
	const text = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: own, labels: {team: a}}
spec: {template: {metadata: {labels: {app: own}}, spec: {containers: []}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: template}
spec: {template: {metadata: {labels: {team: a}}, spec: {containers: []}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: other}
spec: {template: {metadata: {labels: {team: b}}, spec: {containers: []}}}
---
apiVersion: v1
kind: Service
metadata: {name: unlabeled}
spec: {selector: {team: a}}
`
	inv := filestest.MustRead(t, text, func(r *inventory.Request) { r.Scope.Selector = labels.SelectorFromSet(labels.Set{"team": "a"}) })
	filestest.WantNames(t, inv.Workloads, "Deployment default/own", "Deployment default/template")
	if len(inv.Services) != 0 {
		t.Errorf("%d services", len(inv.Services))
	}
	// Objects that are not selected still take part in relations.
	if got := inv.Workloads[1].Services; len(got) != 1 {
		t.Errorf("services of the template's workload: %v", got)
	}
}

// The API makes a different name from each prefix: they are different objects.
func TestGeneratedNames(t *testing.T) {
	job := func(prefix string) string {
		return "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: " + prefix + "}\nspec: {template: {spec: {containers: [{image: a}]}}}\n---\n"
	}
	filestest.WantNames(t, filestest.MustRead(t, job("load-")+job("store-")+job("load-")).Workloads,
		"Job default/load-*", "Job default/load-*(2)", "Job default/store-*")
}

// A snapshot that somebody edited claims nothing that it does not say
// explicitly. It only claims completeness for its own objects.
func TestSnapshotIsAlone(t *testing.T) {
	snapshot := filepath.Join(t.TempDir(), "shop.jsonl")
	const objects = `{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "shop"}}
{"apiVersion": "prodcheck/v1alpha1", "kind": "Snapshot", "metadata": {"name": "prod"}, "reads": []}
`
	if err := os.WriteFile(snapshot, []byte(objects), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		namespace string
		with      []string
		want      string
	}{
		"alone":                {want: "<nil>"},
		"its namespace":        {namespace: "shop", want: "<nil>"},
		"several":              {namespace: "shop,shpo", want: `no objects of namespace "shpo"`},
		"a misspelled one":     {namespace: "shpo", want: `no objects of namespace "shpo"`},
		"beside other objects": {with: []string{"-"}, want: "a snapshot is audited alone"},
	} {
		t.Run(name, func(t *testing.T) {
			source := files.Source{Filenames: append([]string{snapshot}, test.with...), Stdin: strings.NewReader(twoDeployments)}
			req := inventory.Request{Resources: inventory.AllResources()}
			if test.namespace != "" {
				req.Scope.Namespaces = strings.Split(test.namespace, ",")
			}
			_, err := source.Read(t.Context(), req)
			if got := fmt.Sprint(err); !strings.Contains(got, test.want) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestDamagedSnapshotClaimsNothing(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: cart-1-x, ownerReferences: " +
		"[{apiVersion: apps/v1, kind: ReplicaSet, name: rs-1, uid: rs-1, controller: true}]}\nspec: {containers: []}\n"
	line := strings.NewReplacer(`"gone"`, `"Gone"`, `"name":"cart-1"`, `"name":"rs-1"`, `"complete"`, `"COMPLETE"`, "shop", "default").Replace(snapshotLine)
	inv := filestest.MustRead(t, pod+"---\n"+line)
	if got := inv.Workloads[0].Existence.State; got != inventory.Unverified {
		t.Errorf("the owner is %s", got)
	}
	if got := inv.Read(inventory.Pods); got.State != inventory.Unreadable || got.Share() != 0 {
		t.Errorf("pods: %+v", got)
	}
}
