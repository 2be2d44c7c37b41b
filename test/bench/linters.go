//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"golang.org/x/sync/errgroup"
)

const (
	lintVerb  = "lint"
	lintAgent = "prodcheck-bench-linters"
)

// lintedBy are the resources that each linter of Popeye 0.22 loads before it begins,
// without those of metrics and of the Gateway API, which the test cluster does not serve.
var lintedBy = map[string][]string{
	"clusterrolebindings":      {"clusterrolebindings", "clusterroles", "roles", "serviceaccounts"},
	"clusterroles":             {"clusterroles", "clusterrolebindings", "roles", "serviceaccounts"},
	"configmaps":               {"configmaps", "pods"},
	"cronjobs":                 {"cronjobs", "jobs", "pods", "serviceaccounts"},
	"daemonsets":               {"daemonsets", "pods", "serviceaccounts"},
	"deployments":              {"deployments", "pods", "serviceaccounts"},
	"horizontalpodautoscalers": {"horizontalpodautoscalers", "deployments", "statefulsets", "replicasets", "nodes", "pods", "serviceaccounts"},
	"ingresses":                {"ingresses", "services"},
	"jobs":                     {"cronjobs", "jobs", "pods", "serviceaccounts"},
	"namespaces":               {"namespaces", "pods", "serviceaccounts"},
	"networkpolicies":          {"networkpolicies", "namespaces", "pods"},
	"nodes":                    {"nodes", "pods"},
	"persistentvolumeclaims":   {"persistentvolumeclaims", "pods"},
	"persistentvolumes":        {"persistentvolumes", "pods"},
	"poddisruptionbudgets":     {"poddisruptionbudgets", "pods"},
	"pods":                     {"pods", "serviceaccounts", "poddisruptionbudgets", "networkpolicies"},
	"replicasets":              {"replicasets", "pods"},
	"rolebindings":             {"rolebindings", "roles", "clusterroles", "clusterrolebindings", "serviceaccounts"},
	"roles":                    {"roles", "rolebindings", "clusterrolebindings"},
	"secrets":                  {"secrets", "pods", "serviceaccounts", "ingresses"},
	"serviceaccounts":          {"serviceaccounts", "pods", "rolebindings", "clusterrolebindings", "secrets", "ingresses"},
	"services":                 {"services", "pods", "endpoints"},
	"statefulsets":             {"statefulsets", "pods", "serviceaccounts"},
}

// groupOf are the API groups with their versions of resources that are not in the core.
var groupOf = map[string]string{
	"daemonsets": "apps/v1", "deployments": "apps/v1", "replicasets": "apps/v1", "statefulsets": "apps/v1",
	"cronjobs": "batch/v1", "jobs": "batch/v1", "horizontalpodautoscalers": "autoscaling/v1",
	"ingresses": "networking.k8s.io/v1", "networkpolicies": "networking.k8s.io/v1", "poddisruptionbudgets": "policy/v1",
	"clusterrolebindings": "rbac.authorization.k8s.io/v1", "clusterroles": "rbac.authorization.k8s.io/v1",
	"rolebindings": "rbac.authorization.k8s.io/v1", "roles": "rbac.authorization.k8s.io/v1",
}

func pathOf(resource string) string {
	if group := groupOf[resource]; group != "" {
		return "/apis/" + group + "/" + resource
	}
	return "/api/v1/" + resource
}

// lint requests what Popeye does: all linters begin at once, and each lists whatever
// no other has loaded by then, whole and as JSON. The lists are thrown away: only what
// they cost the server is of interest.
func lint(ctx context.Context, _ []string) error {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	config.UserAgent = lintAgent
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	var loaded sync.Map
	group, ctx := errgroup.WithContext(ctx)
	for _, resources := range lintedBy {
		group.Go(func() error {
			for _, resource := range resources {
				if _, done := loaded.Load(resource); done {
					continue
				}
				if err := discard(ctx, client, config.Host+pathOf(resource)); err != nil {
					return err
				}
				loaded.Store(resource, true)
			}
			return nil
		})
	}
	return group.Wait()
}

func discard(ctx context.Context, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", runtime.ContentTypeJSON)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
