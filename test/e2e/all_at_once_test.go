//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// loops end and start again, each in its own way: the live findings of each
// that are high or critical, which must not depend on what its pods do just then.
var loops = map[string][]string{
	"shop/cart":        {"critical container-oom-killed"},
	"shop/worker":      {"critical container-crash-looping"},
	"failing/stubborn": {"critical container-crash-looping"},
	"failing/slow":     {"critical container-crash-looping"},
	"failing/hook":     {"critical lifecycle-hook-failing"},
	"failing/pull":     {"high container-not-starting"},
	"loops/done":       {"critical container-crash-looping"},
	"loops/polite":     {"critical container-crash-looping"},
	"loops/absent":     {"critical container-crash-looping"},
	"loops/mixed":      {"critical container-crash-looping", "critical container-oom-killed"},
}

// lasting is found in each look beside the loops.
var lasting = map[string]string{
	"shop/importer": "critical job-runaway",
	"shop/orders":   "critical service-without-endpoints",
	"cramped/pair":  "high quota-blocks-pods",
	"failing/huge":  "high pod-pending",
	"failing/never": "high pod-unready",
}

// healthy are the namespaces in which nothing happens.
var healthy = []string{"staging", "clean"}

// patient is impatient enough for faults that last, and leaves a busy node the time
// to start a pod that is healthy: one starts every minute.
var patient = []string{
	"--set=container-not-starting.grace=45s", "--set=pod-unready.grace=45s", "--set=pod-pending.grace=45s",
	"--set=pod-stuck-terminating.grace=45s", "--set=rollout-stuck.grace=45s", "--set=job-blocked-by-sidecar.grace=45s",
	"--set=autoscaler-maxed-out.after=45s", "--set=config-stale.grace=45s", "--set=config-reference-missing.grace=45s",
}

// How often, and for how long, to look at all that goes wrong.
const (
	lookEvery = 5 * time.Second
	looks     = 60
)

// All that goes wrong on a node goes wrong at once, and beside it all is well.
// From the moment on at which all of it shows, each look finds the same, until it
// is repaired: a minute later nothing is found but what is said to be over.
func TestSoak(t *testing.T) {
	t.Parallel()
	cluster := start(t, kube.WithImages("registry.example/rolling:1", "registry.example/next:1"))
	bindRole(t, cluster)
	for _, manifests := range []string{"clean", "anti", "live/failing.yaml", "loops"} {
		cluster.Apply(t, manifests)
	}
	cluster.Await(t, 5*time.Minute, "look that finds all", func(ctx context.Context) (bool, error) {
		r, err := audit(ctx, cluster, patient...)
		if err != nil {
			return false, err
		}
		wrong := wrongIn(r)
		return len(wrong) == 0, errors.New(strings.Join(wrong, "\n"))
	})

	t.Run("each look finds the same", func(t *testing.T) {
		every := time.NewTicker(lookEvery)
		defer every.Stop()
		for look := range looks {
			<-every.C
			r, err := audit(t.Context(), cluster, patient...)
			if err != nil {
				t.Fatal(err)
			}
			for _, wrong := range wrongIn(r) {
				t.Errorf("look %d: %s", look, wrong)
			}
		}
	})

	t.Run("what is repaired is over", func(t *testing.T) {
		repair(t, cluster)
		<-time.After(time.Minute)
		r, err := audit(t.Context(), cluster, patient...)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			if isLive(f) && f.Severity.Rank() < api.Low.Rank() && !stays(f) {
				t.Errorf("%s %s %s/%s: %s", f.Severity, f.Check, f.Object.Namespace, f.Object.Name, f.Message)
			}
		}
	})
}

// wrongIn lists what one look should have found and has not, or the other way
// round.
func wrongIn(r *api.Report) (wrong []string) {
	found := map[string][]string{}
	for _, f := range r.Findings {
		if !isLive(f) {
			continue
		}
		object := f.Object.Namespace + "/" + f.Object.Name
		if slices.Contains(healthy, f.Object.Namespace) && f.Severity != api.Info {
			wrong = append(wrong, fmt.Sprintf("a healthy workload is flagged: %s %s %s: %s", f.Severity, f.Check, object, f.Message))
		}
		if f.Severity.AtLeast(api.High) {
			found[object] = append(found[object], string(f.Severity)+" "+f.Check)
		}
	}
	for object, want := range lasting {
		if got := found[object]; !slices.Contains(got, want) {
			wrong = append(wrong, fmt.Sprintf("%s: %q, want %q among them", object, got, want))
		}
	}
	for object, want := range loops {
		if got := slices.Sorted(slices.Values(found[object])); !slices.Equal(got, want) {
			wrong = append(wrong, fmt.Sprintf("%s: %q, want %q", object, got, want))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// isLive reports whether the finding's check judges what happens, not what is
// written: only that ends with a repair.
func isLive(f api.Finding) bool { return liveChecks[f.Check] }

var liveChecks = func() map[string]bool {
	live := map[string]bool{}
	for _, c := range checks.All() {
		live[c.ID] = c.Live
	}
	return live
}()

// stays reports whether no repair ends the finding: the bare pod is left as it is, and
// a busy node may have evicted a pod without ending it in time, which is told for a day.
func stays(f api.Finding) bool {
	object := f.Object.Namespace + "/" + f.Object.Name
	return object == "shop/cache" || object == "failing/hoarder" && f.Check == "termination-forced"
}

// repair does what a person would do, and returns when all of it has arrived.
func repair(t *testing.T, cluster *kube.Cluster) {
	t.Helper()
	in := func(namespace string, args ...string) {
		t.Helper()
		cluster.Kubectl(t, append([]string{"-n", namespace}, args...)...)
	}
	// Readiness comes back where it was lost: the pods stay.
	for _, app := range []string{"shop/checkout", "shop/orders", "failing/never"} {
		namespace, name, _ := strings.Cut(app, "/")
		for _, pod := range podNames(t, cluster, namespace, name) {
			in(namespace, "exec", pod, "--", "touch", "/tmp/steady")
		}
	}
	in("shop", "delete", "job/importer", "job/report")
	in("failing", "delete", "job/export", "cronjob/backup", "cronjob/invoices", "cronjob/late", "pdb/single", "hpa/single")
	in("cramped", "patch", "quota/pods", "--patch", `{"spec":{"hard":{"pods":"20"}}}`)
	in("cramped", "rollout", "restart", "deployment/pair")
	in("failing", "rollout", "restart", "deployment/stale", "deployment/drift")
	for _, pod := range podNames(t, cluster, "failing", "held") {
		in("failing", "patch", "pod", pod, "--patch", `{"metadata":{"finalizers":null}}`)
	}
	in("failing", "patch", "deployment/held", "--patch", `{"spec":{"template":{"metadata":{"finalizers":null}}}}`)

	const works = `{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"busybox:1.36","command":["sleep","36000"],` +
		`"livenessProbe":null,"lifecycle":null,"resources":null,"env":null}]}}}}`
	for object := range loops {
		namespace, name, _ := strings.Cut(object, "/")
		kind := "deployment/"
		if name == "mixed" {
			kind = "statefulset/"
		}
		in(namespace, "patch", kind+name, "--patch", works)
	}
	for _, name := range []string{"hoarder", "huge", "keyless"} {
		in("failing", "patch", "deployment/"+name, "--patch", works)
	}
	// The controller waits for a pod that never gets ready: a person deletes it.
	in("loops", "delete", "pod", "-l", "app=mixed")
	for _, namespace := range []string{"shop", "failing", "loops", "cramped"} {
		for _, kind := range []string{"deployment", "statefulset"} {
			for name := range strings.FieldsSeq(cluster.Kubectl(t, "-n", namespace, "get", kind, "-o", "name")) {
				in(namespace, "rollout", "status", name, "--timeout=3m")
			}
		}
	}
}

func podNames(t *testing.T, cluster *kube.Cluster, namespace, app string) []string {
	t.Helper()
	return strings.Fields(cluster.Kubectl(t, "-n", namespace, "get", "pods", "-l", "app="+app, "-o", "jsonpath={.items[*].metadata.name}"))
}
