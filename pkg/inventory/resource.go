package inventory

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Resource is one kind of object that an audit can read, spelled as kubectl
// does: the plural, and its group.
type Resource string

// The resources in the order in which they are read: owners before their pods,
// events last because the API server reads them from etcd each time.
const (
	Nodes                    Resource = "nodes"
	Namespaces               Resource = "namespaces"
	Deployments              Resource = "deployments.apps"
	ReplicaSets              Resource = "replicasets.apps"
	StatefulSets             Resource = "statefulsets.apps"
	DaemonSets               Resource = "daemonsets.apps"
	ReplicationControllers   Resource = "replicationcontrollers"
	CronJobs                 Resource = "cronjobs.batch"
	Jobs                     Resource = "jobs.batch"
	Services                 Resource = "services"
	PodDisruptionBudgets     Resource = "poddisruptionbudgets.policy"
	HorizontalPodAutoscalers Resource = "horizontalpodautoscalers.autoscaling"
	LimitRanges              Resource = "limitranges"
	ResourceQuotas           Resource = "resourcequotas"
	Pods                     Resource = "pods"
	EndpointSlices           Resource = "endpointslices.discovery.k8s.io"
	ConfigMaps               Resource = "configmaps"
	Secrets                  Resource = "secrets"
	IngressClasses           Resource = "ingressclasses.networking.k8s.io"
	Ingresses                Resource = "ingresses.networking.k8s.io"
	HTTPRoutes               Resource = "httproutes.gateway.networking.k8s.io"
	DestinationRules         Resource = "destinationrules.networking.istio.io"
	BackendTrafficPolicies   Resource = "backendtrafficpolicies.gateway.envoyproxy.io"
	Events                   Resource = "events"
)

// Controllers are the resources whose objects own pods. They name the workload
// that a pod belongs to.
var Controllers = []Resource{
	Deployments, ReplicaSets, StatefulSets, DaemonSets, ReplicationControllers, CronJobs, Jobs,
}

type definition struct {
	resource Resource
	gvk      schema.GroupVersionKind
	plural   string
	// cluster is set for resources without a namespace.
	cluster bool
	// metadataOnly resources are read without spec and status.
	metadataOnly bool
	// custom resources are of no built-in API: a cluster that does not serve them
	// has none.
	custom bool
	// served is the version in which the server has the resource, if not in that of
	// gvk.
	served *apiVersion
	// fieldSelector narrows the list on the server.
	fieldSelector string
}

var definitions = []definition{
	{resource: Nodes, gvk: gvk("", "v1", "Node"), plural: "nodes", cluster: true},
	{resource: Namespaces, gvk: gvk("", "v1", "Namespace"), plural: "namespaces", cluster: true, metadataOnly: true},
	{resource: Deployments, gvk: gvk("apps", "v1", "Deployment"), plural: "deployments"},
	{resource: ReplicaSets, gvk: gvk("apps", "v1", "ReplicaSet"), plural: "replicasets", metadataOnly: true},
	{resource: StatefulSets, gvk: gvk("apps", "v1", "StatefulSet"), plural: "statefulsets"},
	{resource: DaemonSets, gvk: gvk("apps", "v1", "DaemonSet"), plural: "daemonsets"},
	{resource: ReplicationControllers, gvk: gvk("", "v1", "ReplicationController"), plural: "replicationcontrollers"},
	{resource: CronJobs, gvk: gvk("batch", "v1", "CronJob"), plural: "cronjobs"},
	{resource: Jobs, gvk: gvk("batch", "v1", "Job"), plural: "jobs"},
	{resource: Services, gvk: gvk("", "v1", "Service"), plural: "services"},
	{resource: PodDisruptionBudgets, gvk: gvk("policy", "v1", "PodDisruptionBudget"), plural: "poddisruptionbudgets"},
	{resource: HorizontalPodAutoscalers, gvk: gvk("autoscaling", "v2", "HorizontalPodAutoscaler"), plural: "horizontalpodautoscalers"},
	{resource: LimitRanges, gvk: gvk("", "v1", "LimitRange"), plural: "limitranges"},
	{resource: ResourceQuotas, gvk: gvk("", "v1", "ResourceQuota"), plural: "resourcequotas"},
	{resource: Pods, gvk: gvk("", "v1", "Pod"), plural: "pods"},
	{resource: EndpointSlices, gvk: gvk("discovery.k8s.io", "v1", "EndpointSlice"), plural: "endpointslices"},
	{resource: ConfigMaps, gvk: gvk("", "v1", "ConfigMap"), plural: "configmaps", metadataOnly: true},
	{resource: Secrets, gvk: gvk("", "v1", "Secret"), plural: "secrets", metadataOnly: true},
	{resource: IngressClasses, gvk: gvk("networking.k8s.io", "v1", "IngressClass"), plural: "ingressclasses", cluster: true},
	{resource: Ingresses, gvk: gvk("networking.k8s.io", "v1", "Ingress"), plural: "ingresses"},
	{resource: HTTPRoutes, gvk: gvk("gateway.networking.k8s.io", "v1", "HTTPRoute"), plural: "httproutes", custom: true},
	{resource: DestinationRules, gvk: gvk("networking.istio.io", "v1", "DestinationRule"), plural: "destinationrules", custom: true},
	{resource: BackendTrafficPolicies, gvk: gvk("gateway.envoyproxy.io", "v1alpha1", "BackendTrafficPolicy"), plural: "backendtrafficpolicies", custom: true},
	{resource: Events, gvk: gvk("", "v1", "Event"), plural: "events", fieldSelector: "type=Warning"},
}

func gvk(group, version, kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
}

// AllResources are all that can be read, in reading order.
func AllResources() []Resource {
	all := make([]Resource, len(definitions))
	for i, d := range definitions {
		all[i] = d.resource
	}
	return all
}

// Ordered returns the distinct resources in reading order.
func Ordered(resources []Resource) []Resource {
	var ordered []Resource
	for _, d := range definitions {
		if slices.Contains(resources, d.resource) {
			ordered = append(ordered, d.resource)
		}
	}
	return ordered
}

// GroupResource returns the API group and plural name.
func (r Resource) GroupResource() schema.GroupResource {
	return schema.ParseGroupResource(string(r))
}

// ClusterScoped reports whether the resource has no namespace.
func (r Resource) ClusterScoped() bool { return define(r).cluster }

func define(r Resource) definition {
	i := slices.IndexFunc(definitions, func(d definition) bool { return d.resource == r })
	if i < 0 {
		panic("inventory: unknown resource " + string(r))
	}
	return definitions[i]
}

// resourceOfKind finds the resource of a kind in any version of its group.
func resourceOfKind(group, kind string) (Resource, bool) {
	for _, d := range definitions {
		if d.gvk.Group == group && d.gvk.Kind == kind {
			return d.resource, true
		}
	}
	return "", false
}

// path is the API path of the resource, in one namespace or, for "", in all.
func (d definition) path(namespace string) string {
	prefix := "/api/" + d.gvk.Version
	switch {
	case d.served != nil:
		prefix = "/apis/" + d.served.group + "/" + d.served.name
	case d.gvk.Group != "":
		prefix = "/apis/" + d.gvk.Group + "/" + d.gvk.Version
	}
	if namespace != "" && !d.cluster {
		prefix += "/namespaces/" + namespace
	}
	return prefix + "/" + d.plural
}
