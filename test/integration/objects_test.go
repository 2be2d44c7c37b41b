//go:build integration

package integration

import (
	"context"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Objects are audited by their names, with what they depend on, and nothing is listed
// outside of their namespace.
func TestNamedObjects(t *testing.T) {
	shop(t)
	grant(t, "-n", "shop")
	pods, err := cluster.Client().CoreV1().Pods("shop").List(context.Background(), metav1.ListOptions{LabelSelector: "app=cart"})
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"deploy/cart"}, {"deployments", "cart"}, {"pod/" + pods.Items[0].Name}, {"svc/cart"},
	} {
		before := len(asked(t))
		got := prodcheck(t, cluster.ReaderKubeconfig, append(args, "-n", "shop", "-o", "json")...)
		r := got.report(t)
		if got.status != 0 || r.Summary.Subjects.Workloads != 1 || r.Summary.Subjects.Services != 1 {
			t.Errorf("%q: status %d, %+v, stderr %s", args, got.status, r.Summary, got.stderr)
		}
		for _, e := range asked(t)[before:] {
			if e.Verb == "list" && e.Namespace != "shop" && slices.Contains([]string{"pods", "deployments", "services", "events"}, e.Resource) {
				t.Errorf("%q: asked for %+v", args, e)
			}
		}
	}
	// What is watched is listed first.
	watched := prodcheck(t, cluster.Kubeconfig, "-w", "deploy/cart", "-n", "shop", "--fail-on=info", "--no-headers")
	if watched.status != 1 || !strings.Contains(watched.stdout, " deploy/cart ") || strings.Contains(watched.stdout, " deploy/web ") {
		t.Errorf("%+v", watched)
	}
	explained := prodcheck(t, cluster.ReaderKubeconfig, "explain", "container-oom-killed", "deploy/cart", "-n", "shop")
	if explained.status != 0 || !strings.Contains(explained.stdout, "WHAT WAS SEEN:") {
		t.Errorf("%+v", explained)
	}
	for _, kubeconfig := range []string{cluster.Kubeconfig, cluster.ReaderKubeconfig} {
		got := prodcheck(t, kubeconfig, "deploy/crat", "-n", "shop")
		if got.status != 2 || got.stderr != "Error from server (NotFound): deployments.apps \"crat\" not found\n" {
			t.Errorf("%+v", got)
		}
	}
	// Without permission to get Services, the list decides.
	got := prodcheck(t, cluster.ReaderKubeconfig, "svc/crat", "-n", "shop")
	if got.status != 2 || got.stderr != "error: services \"crat\" not found\n" {
		t.Errorf("%+v", got)
	}
	both := prodcheck(t, cluster.Kubeconfig, "-n", "shop,other", "-o", "json").report(t)
	if both.Summary.Subjects.Pods != 8 || !slices.Equal(both.Scope.Namespaces, []string{"other", "shop"}) {
		t.Errorf("%+v of %+v", both.Summary, both.Scope)
	}
}
