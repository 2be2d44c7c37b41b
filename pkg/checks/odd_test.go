package checks

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// shapes are clusters of one odd shape and any size, as YAML.
var shapes = map[string]func(n int) string{
	"namespaces of their own": func(n int) string {
		return repeated(n, `{apiVersion: v1, kind: Namespace, metadata: {name: ns-@i}}
---
{apiVersion: v1, kind: LimitRange, metadata: {name: limits, namespace: ns-@i}, spec: {limits: [{type: Container, default: {memory: 1Gi}}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: ns-@i}, spec: {selector: {app: web}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: ns-@i},
 spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: web}]}}}}
`)
	},
	"a Service of many bare pods": func(n int) string {
		return service(n) + repeated(n, bad("web-@i", ""))
	},
	"a custom resource of many pods": func(n int) string {
		return service(n) + `---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {app: web}}}}
` + repeated(n, bad("web-@i", "{apiVersion: example.com/v1, kind: Web, name: web, uid: web, controller: true}"))
	},
	"pods of an owner that is gone": func(n int) string {
		return "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: another, namespace: shop}}\n" +
			repeated(n, bad("web-@i", "{apiVersion: apps/v1, kind: ReplicaSet, name: web, controller: true}"))
	},
	"a chain of owners": func(n int) string {
		return repeated(n, `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: rs-@i, namespace: shop, uid: rs-@i,
 ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: rs-@before, uid: rs-@before, controller: true}]}}
---
`+bad("web-@i", "{apiVersion: apps/v1, kind: ReplicaSet, name: rs-@i, uid: rs-@i, controller: true}"))
	},
	"failed Jobs of one template": func(n int) string {
		return repeated(n, `{apiVersion: batch/v1, kind: Job, metadata: {name: job-@i, namespace: shop, creationTimestamp: "2026-11-21T11:00:00Z"},
 spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: web}]}}},
 status: {failed: 1, startTime: "2026-11-21T11:00:00Z", conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, lastTransitionTime: "2026-11-21T11:30:00Z"}]}}
`)
	},
	"events of one pod": func(n int) string {
		return service(4) + "---\n" + bad("web-1", "") + repeated(n, `{apiVersion: v1, kind: Event, metadata: {name: event-@i, namespace: shop}, type: Warning, reason: Unhealthy, count: 3,
 message: "Readiness probe failed", involvedObject: {kind: Pod, namespace: shop, name: web-1}, firstTimestamp: "2026-11-21T11:00:00Z", lastTimestamp: "2026-11-21T11:59:00Z"}
`)
	},
}

func numbers(i int) *strings.Replacer {
	return strings.NewReplacer("@i", strconv.Itoa(i), "@before", strconv.Itoa(i-1))
}

// repeated fills in the number of each document, and the one before it.
func repeated(n int, document string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString("---\n")
		all.WriteString(numbers(i + 1).Replace(document))
	}
	return all.String()
}

// service has n endpoints in slices of 100.
func service(n int) string {
	text := "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n"
	for first := 0; first < n; first += 100 {
		text += fmt.Sprintf(`---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-%d, namespace: shop, generation: 4000, creationTimestamp: "2026-11-01T12:00:00Z",
  labels: {kubernetes.io/service-name: web, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}}
addressType: IPv4
endpoints:
`, first)
		for i := first; i < min(first+100, n); i++ {
			text += fmt.Sprintf("- {addresses: [10.0.0.1], conditions: {ready: false, serving: false}, targetRef: {kind: Pod, name: web-%d}}\n", i+1)
		}
	}
	return text
}

// bad is a pod with most of the faults that a pod can have: it flaps, restarts
// for lack of memory, and asks for nothing.
func bad(name, owner string) string {
	owners := ""
	if owner != "" {
		owners = ", ownerReferences: [" + owner + "]"
	}
	return `{apiVersion: v1, kind: Pod, metadata: {name: ` + name + `, namespace: shop, labels: {app: web}, creationTimestamp: "2026-11-01T12:00:00Z"` + owners + `},
 spec: {nodeName: node-` + name + `, containers: [{name: app, image: web, ports: [{containerPort: 80}], readinessProbe: {tcpSocket: {port: 80}}}, {name: log, image: log}]},
 status: {phase: Running, startTime: "2026-11-01T12:00:00Z",
  conditions: [{type: Ready, status: "False", lastTransitionTime: "2026-11-21T11:50:00Z"}, {type: ContainersReady, status: "False", lastTransitionTime: "2026-11-21T11:50:00Z"}],
  containerStatuses: [
   {name: app, image: web, restartCount: 9, state: {running: {startedAt: "2026-11-21T11:40:00Z"}},
    lastState: {terminated: {reason: OOMKilled, exitCode: 137, startedAt: "2026-11-21T11:30:00Z", finishedAt: "2026-11-21T11:39:00Z"}}},
   {name: log, image: log, restartCount: 0, state: {running: {startedAt: "2026-11-01T12:00:00Z"}}}]}}
`
}

func shaped(text string) fixture { return fixture{audittest.Fixture{Text: text}} }

func (f fixture) auditAll(t *testing.T) *api.Report {
	t.Helper()
	return f.Audit(t, inventory.AllResources(), All()...)
}

// Four times the cluster is four times the work, and not sixteen. Allocations
// stand for it: they are the same on every machine.
func TestWorkGrowsWithTheCluster(t *testing.T) {
	// A chain of owners ends at 32: of the objects below, more than four times as
	// many are workloads of their own in the larger cluster.
	const n = 40
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			allocations := func(n int) float64 {
				f := shaped(shape(n))
				return testing.AllocsPerRun(1, func() { f.auditAll(t) })
			}
			few, many := allocations(n), allocations(4*n)
			if many > 5*few {
				t.Errorf("%.0f allocations for %d, %.0f for %d", few, n, many, 4*n)
			}
		})
	}
}

// No shape of a cluster hides what is wrong in it.
func TestOddClusters(t *testing.T) {
	const future = "2026-11-21T13:00:00Z"
	inFuture := regexp.MustCompile("2026-11-[0-9T:]+Z").ReplaceAllString(service(1)+"---\n"+bad("web-1", ""), future)
	untimed := regexp.MustCompile(`, [a-zA-Z]+: "2026-11-[0-9T:]+Z"|[a-zA-Z]+: "2026-11-[0-9T:]+Z"`).ReplaceAllString(service(1)+"---\n"+bad("web-1", ""), "")
	var containers strings.Builder
	for i := range 50 {
		fmt.Fprintf(&containers, "  - {name: app-%d, image: web}\n", i)
	}
	for name, test := range map[string]struct {
		text string
		// want are patterns of findings, one for each line of "check object: message".
		want []string
		not  string
	}{
		"2,000 endpoints in 20 slices": {
			service(2000) + repeated(100, bad("web-@i", "{apiVersion: apps/v1, kind: StatefulSet, name: web, controller: true}")),
			[]string{"service-without-endpoints web: no serving endpoint: none of its 100 pods", "service-endpoints-flapping web: .*100 of 100 pods"}, "",
		},
		"a pod with 50 containers": {
			"apiVersion: v1\nkind: Pod\nmetadata: {name: many, namespace: shop}\nspec:\n  containers:\n" + containers.String(),
			[]string{"image-tag-latest many: app-0, app-1, .*app-49: web"}, "",
		},
		"a pod without status": {
			"apiVersion: v1\nkind: Pod\nmetadata: {name: bare, namespace: shop}\nspec: {containers: [{name: app, image: web}]}\n",
			[]string{"pod-without-owner bare", "image-tag-latest bare"}, "container-",
		},
		"a pod without anything": {
			"apiVersion: v1\nkind: Pod\nmetadata: {name: bare, namespace: shop}\n", []string{"pod-without-owner bare"}, "container-|image-",
		},
		"a pod on a node that is gone": {
			"{apiVersion: v1, kind: Node, metadata: {name: another}}\n---\n" + bad("web-1", ""), []string{"container-oom-killed web-1", "pod-without-owner web-1: .*on node-web-1"}, "",
		},
		"objects of an hour ahead": {inFuture, []string{"container-oom-killed web-1: .*0s ago", "pod-without-owner web-1: .*: 0s old"}, "-[0-9]+[smhd]"},
		"objects without times":    {untimed, []string{"container-oom-killed web-1: .*at an unknown time"}, "292y|flapping|0001-01-01"},
		"restarts below zero": {
			strings.ReplaceAll(bad("web-1", ""), "restartCount: 9", "restartCount: -9"), []string{"container-oom-killed web-1"}, "-9",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := shaped(test.text).auditAll(t)
			var found []string
			for _, f := range r.Findings {
				found = append(found, f.Check+" "+f.Object.Name+": "+f.Message+fmt.Sprint(f.Evidence))
			}
			all := strings.Join(found, "\n")
			for _, want := range test.want {
				if !regexp.MustCompile("(?m)^" + want).MatchString(all) {
					t.Errorf("nothing matches %s in\n%s", want, all)
				}
			}
			if test.not != "" && regexp.MustCompile(test.not).MatchString(all) {
				t.Errorf("something matches %s in\n%s", test.not, all)
			}
			wantHarmless(t, name, r)
		})
	}
}

// An empty cluster, all of which was read, has nothing to find and no score.
func TestEmptyCluster(t *testing.T) {
	r := fixture{audittest.Fixture{Check: All()[0]}}.served(t, venom{})
	if len(r.Findings) > 0 || len(r.Incomplete) > 0 || r.Summary.Score.Score != nil || r.Summary.Coverage != 1 {
		t.Errorf("%+v, incomplete %v", r.Summary, r.Incomplete)
	}
	wantHarmless(t, "empty", r)
}

// Five thousand namespaces take five thousand lines, worst first.
func TestManyNamespaces(t *testing.T) {
	r := shaped(repeated(5000, "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: ns-@i}\nspec: {selector: {app: web}}\n")).auditAll(t)
	if len(r.Namespaces) != 5000 || r.Summary.Subjects.Services != 5000 {
		t.Errorf("%d namespaces, %d services", len(r.Namespaces), r.Summary.Subjects.Services)
	}
	var out bytes.Buffer
	if err := printers.Table(&out, r, printers.Options{Width: 120}); err != nil {
		t.Fatal(err)
	}
	wantPlainLines(t, "table", out.String())
}
