// Package load makes the objects of large clusters: to write them to an API server, or to serve them from memory.
package load

import "fmt"

const (
	// Namespaces is the number of namespaces in every cluster.
	Namespaces = 50
	// PodsPerWorkload is the size of each Application.
	PodsPerWorkload = 10
	podsPerNode     = 100
)

// Cluster says how much there is of what. Pods of one workload are equal but for their names and addresses, unless it is
// varied.
type Cluster struct {
	Pods, Nodes, Services int
	Varied                bool
}

// Of is an ordinary cluster: a Service for each workload, and 100 pods on a node.
func Of(pods int, varied bool) Cluster {
	return Cluster{Pods: pods, Nodes: (pods + podsPerNode - 1) / podsPerNode, Services: pods / PodsPerWorkload, Varied: varied}
}

// Applications counts the workloads.
func (c Cluster) Applications() int { return c.Pods / PodsPerWorkload }

// Application is one of them.
func (c Cluster) Application(n int) Application {
	return Application{
		number: n, name: fmt.Sprintf("app-%05d", n), namespace: NamespaceName(n % Namespaces),
		podsPerNode: (c.Pods + c.Nodes - 1) / c.Nodes, varied: c.Varied,
	}
}

// Namespace returns the namespace of all objects of the application.
func (a Application) Namespace() string { return a.namespace }
