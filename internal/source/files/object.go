package files

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/internal/manifest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// object sorts an object of Kubernetes.
func (in *fileReader) object(file string, o manifest.Object) error {
	if o.APIVersion == snapshotAPIVersion && o.Kind == snapshotKind {
		if in.snapshot != nil {
			return fatalError{errors.New("a second snapshot: only one can be read at a time")}
		}
		in.snapshot = &Snapshot{}
		return decode(o, in.snapshot)
	}
	version, err := schema.ParseGroupVersion(o.APIVersion)
	if err != nil {
		return fmt.Errorf("%s: apiVersion %q is none", describe(o), o.APIVersion)
	}
	kind, namespace := version.WithKind(o.Kind), o.Metadata.Namespace
	d, other, known := kinds.OfObject(kind.Group, kind.Version, kind.Kind)
	if known && !d.Resource.ClusterScoped() && namespace == "" {
		namespace = cmp.Or(in.req.Scope.Only(), "default")
	}
	switch scope := in.req.Scope; {
	case scope.Covers(namespace):
		in.found[""], in.found[namespace] = true, true
	case kind.Kind == "Namespace" && scope.Covers(o.Metadata.Name):
		in.found[""], in.found[o.Metadata.Name] = true, true
	case namespace != "":
		return nil
	}
	if !known {
		in.ignored[kind.Kind]++
		in.custom(o, cmp.Or(namespace, in.req.Scope.Only(), "default"))
		return nil
	}
	if other != nil {
		if o.JSON, err = d.Upgrade(other, o.JSON); err != nil {
			return fmt.Errorf("%s: %w", describe(o), err)
		}
		if other.Removed != "" {
			if in.removed == nil {
				in.removed = map[string]int{}
			}
			in.removed[fmt.Sprintf("%s %s (%s)", o.APIVersion, o.Kind, other.Removed)]++
		}
	}
	typed, err := decodeKind(o, d.GVK())
	if err != nil {
		return err
	}
	object := typed.(metav1.Object)
	object.SetNamespace(namespace)
	if reason := in.patchReason(typed, o); reason != "" {
		return fmt.Errorf("%s: %s", describe(o), reason)
	}
	if object.GetName() == "" {
		object.SetName(in.generatedName(kind, namespace, object.GetGenerateName()))
	}
	if in.snapshot == nil && namespace != "" {
		in.positions.AddStandIn(&inventory.Object{APIVersion: "v1", Kind: "Namespace", Name: namespace}, file, o.Begins())
	}
	in.facts.AddRequested(typed)
	in.wanted[d.Resource]++
	for _, r := range in.req.Resources {
		if r == d.Resource {
			collect.Trim(typed)
			in.facts.Add(typed, unsaidBy(o, d.Resource, other))
			if in.snapshot == nil {
				in.locate(file, d.GVK(), object, &o)
			}
		}
	}
	return nil
}

// custom keeps what an object of a kind that no check reads says about other
// objects.
func (in *fileReader) custom(o manifest.Object, namespace string) {
	var custom unstructured.Unstructured
	if decode(o, &custom.Object) == nil {
		custom.SetAPIVersion(o.APIVersion)
		in.facts.AddForeign(namespace, &custom)
	}
}

// generatedName stands for a name that the API will make from a prefix. Each
// such object is a different one.
func (in *fileReader) generatedName(kind schema.GroupVersionKind, namespace, prefix string) string {
	if prefix == "" {
		return ""
	}
	key := strings.Join([]string{kind.String(), namespace, prefix}, "\x00")
	if in.generated[key]++; in.generated[key] > 1 {
		return fmt.Sprintf("%s*(%d)", prefix, in.generated[key])
	}
	return prefix + "*"
}

// unsaidBy returns what an object leaves open. Manifests have no status or an
// empty one, and so do objects that a program has cleaned. The status of a
// CronJob is empty until it runs. Servers before 1.21, which means before
// batch/v1, do not record when a CronJob succeeded.
func unsaidBy(o manifest.Object, r inventory.Resource, other *kinds.Version) collect.Unsaid {
	switch r {
	case inventory.Deployments, inventory.StatefulSets, inventory.DaemonSets, inventory.CronJobs:
		var object struct{ Status map[string]json.RawMessage }
		if json.Unmarshal(o.JSON, &object) == nil {
			cron := r == inventory.CronJobs
			return collect.Unsaid{Status: object.Status == nil || len(object.Status) == 0 && !cron, Success: cron && other != nil}
		}
	}
	return collect.Unsaid{}
}

// decodeKind decodes an object of a kind that the scheme knows.
func decodeKind(o manifest.Object, kind schema.GroupVersionKind) (runtime.Object, error) {
	typed, err := kinds.Scheme.New(kind)
	if err != nil {
		return nil, err
	}
	into := any(typed)
	if custom, ok := typed.(*unstructured.Unstructured); ok {
		into = &custom.Object
	}
	if err := decode(o, into); err != nil {
		return nil, err
	}
	// The items of a list of one kind do not name it.
	typed.GetObjectKind().SetGroupVersionKind(kind)
	return typed, nil
}
