package inventory

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Resource is a kind of object that an audit can read, written as for kubectl:
// the plural and the group.
type Resource string

// The resources in reading order: owners before their pods, and events last,
// because the API server reads them from etcd each time.
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
	ServiceMonitors          Resource = "servicemonitors.monitoring.coreos.com"
	Events                   Resource = "events"
)

// Controllers are the resources whose objects own pods. They name the workload
// to which a pod belongs.
var Controllers = []Resource{
	Deployments, ReplicaSets, StatefulSets, DaemonSets, ReplicationControllers, CronJobs, Jobs,
}

// Consumers are the resources that show who uses the Services of a workload.
var Consumers = []Resource{ServiceMonitors, Ingresses, HTTPRoutes, HorizontalPodAutoscalers}

// resources lists all resources in reading order.
var resources = []Resource{
	Nodes, Namespaces, Deployments, ReplicaSets, StatefulSets, DaemonSets, ReplicationControllers, CronJobs, Jobs, Services,
	PodDisruptionBudgets, HorizontalPodAutoscalers, LimitRanges, ResourceQuotas, Pods, EndpointSlices, ConfigMaps, Secrets,
	IngressClasses, Ingresses, HTTPRoutes, DestinationRules, BackendTrafficPolicies, ServiceMonitors, Events,
}

// AllResources returns all resources that can be read, in reading order.
func AllResources() []Resource { return slices.Clone(resources) }

// Ordered returns the distinct resources in reading order.
func Ordered(wanted []Resource) []Resource {
	return slices.DeleteFunc(AllResources(), func(r Resource) bool { return !slices.Contains(wanted, r) })
}

// GroupResource returns the API group and plural name.
func (r Resource) GroupResource() schema.GroupResource {
	return schema.ParseGroupResource(string(r))
}

// ClusterScoped reports whether the resource has no namespace.
func (r Resource) ClusterScoped() bool { return r == Nodes || r == Namespaces || r == IngressClasses }

// AcrossNamespaces reports whether objects of the resource matter in namespaces other
// than their own, so that each shard reads all of them.
func (r Resource) AcrossNamespaces() bool {
	return r.ClusterScoped() || r == HTTPRoutes || r == DestinationRules || r == BackendTrafficPolicies || r == ServiceMonitors
}
