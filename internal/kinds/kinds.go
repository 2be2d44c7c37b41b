// Package kinds lists what an audit reads of the Kubernetes API: the kind of
// each resource, its present and past versions, and how it is decoded.
package kinds

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Kind describes how a resource is read.
type Kind struct {
	Resource inventory.Resource
	// Version is the version that is read.
	Version string
	// Name is the kind of its objects.
	Name string
	// MetadataOnly resources are read without spec and status.
	MetadataOnly bool
	// Custom resources belong to no built-in API: a cluster that does not serve
	// them has none.
	Custom bool
	// FieldSelector narrows the list on the server.
	FieldSelector string
	// Served is the version in which the server has the resource, if it differs
	// from Version.
	Served *Version
}

var all = []Kind{
	{Resource: inventory.Nodes, Version: "v1", Name: "Node"},
	{Resource: inventory.Namespaces, Version: "v1", Name: "Namespace", MetadataOnly: true},
	{Resource: inventory.Deployments, Version: "v1", Name: "Deployment"},
	{Resource: inventory.ReplicaSets, Version: "v1", Name: "ReplicaSet", MetadataOnly: true},
	{Resource: inventory.StatefulSets, Version: "v1", Name: "StatefulSet"},
	{Resource: inventory.DaemonSets, Version: "v1", Name: "DaemonSet"},
	{Resource: inventory.ReplicationControllers, Version: "v1", Name: "ReplicationController"},
	{Resource: inventory.CronJobs, Version: "v1", Name: "CronJob"},
	{Resource: inventory.Jobs, Version: "v1", Name: "Job"},
	{Resource: inventory.Services, Version: "v1", Name: "Service"},
	{Resource: inventory.PodDisruptionBudgets, Version: "v1", Name: "PodDisruptionBudget"},
	{Resource: inventory.HorizontalPodAutoscalers, Version: "v2", Name: "HorizontalPodAutoscaler"},
	{Resource: inventory.LimitRanges, Version: "v1", Name: "LimitRange"},
	{Resource: inventory.ResourceQuotas, Version: "v1", Name: "ResourceQuota"},
	{Resource: inventory.Pods, Version: "v1", Name: "Pod"},
	{Resource: inventory.EndpointSlices, Version: "v1", Name: "EndpointSlice"},
	{Resource: inventory.ConfigMaps, Version: "v1", Name: "ConfigMap", MetadataOnly: true},
	{Resource: inventory.Secrets, Version: "v1", Name: "Secret", MetadataOnly: true},
	{Resource: inventory.IngressClasses, Version: "v1", Name: "IngressClass"},
	{Resource: inventory.Ingresses, Version: "v1", Name: "Ingress"},
	{Resource: inventory.HTTPRoutes, Version: "v1", Name: "HTTPRoute", Custom: true},
	{Resource: inventory.DestinationRules, Version: "v1", Name: "DestinationRule", Custom: true},
	{Resource: inventory.BackendTrafficPolicies, Version: "v1alpha1", Name: "BackendTrafficPolicy", Custom: true},
	{Resource: inventory.ServiceMonitors, Version: "v1", Name: "ServiceMonitor", Custom: true},
	{Resource: inventory.Events, Version: "v1", Name: "Event", FieldSelector: "type=Warning"},
}

// Of returns the kind of a resource.
func Of(r inventory.Resource) Kind {
	i := slices.IndexFunc(all, func(k Kind) bool { return k.Resource == r })
	if i < 0 {
		panic("kinds: unknown resource " + string(r))
	}
	return all[i]
}

// OfObject finds the kind of an object. other describes how the object's version
// differs from the one that is read, nil if it does not.
func OfObject(group, version, name string) (k Kind, other *Version, known bool) {
	for _, k := range all {
		if k.Name != name {
			continue
		}
		if k.group() == group && k.Version == version {
			return k, nil, true
		}
		for _, v := range versions[k.Resource] {
			if v.group == group && v.name == version {
				return k, &v, true
			}
		}
		if k.Custom && k.group() == group {
			return k, &Version{group: group, name: version}, true
		}
	}
	return Kind{}, nil, false
}

// ResourceOf finds the resource of a kind in any version of its group.
func ResourceOf(group, kind string) (inventory.Resource, bool) {
	for _, k := range all {
		if k.group() == group && k.Name == kind {
			return k.Resource, true
		}
	}
	return "", false
}

// ControllerGroup returns the group of a kind of controllers, for references
// that name an older group or none.
func ControllerGroup(group, kind string) string {
	if group != "" && group != "extensions" {
		return group
	}
	for _, r := range inventory.Controllers {
		if k := Of(r); k.Name == kind {
			return k.group()
		}
	}
	return group
}

func (k Kind) group() string { return k.Resource.GroupResource().Group }

// GVK identifies the kind of its objects.
func (k Kind) GVK() schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: k.group(), Version: k.Version, Kind: k.Name}
}

// Path is the API path of the resource, in one namespace or, for "", in all.
func (k Kind) Path(namespace string) string {
	group, version := k.group(), k.Version
	if k.Served != nil {
		group, version = k.Served.group, k.Served.name
	}
	path := "/api/" + version
	if group != "" {
		path = "/apis/" + group + "/" + version
	}
	if namespace != "" && !k.Resource.ClusterScoped() {
		path += "/namespaces/" + namespace
	}
	return path + "/" + k.Resource.GroupResource().Resource
}

// New returns an empty object of the type that the API serves.
func (k Kind) New() (runtime.Object, error) {
	if k.MetadataOnly {
		return &metav1.PartialObjectMetadata{}, nil
	}
	return Scheme.New(k.GVK())
}
