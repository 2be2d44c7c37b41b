package cli

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// kubeContext leads to one cluster: a context of the kubeconfig, changed by
// flags.
type kubeContext struct {
	// name is the name of the context, "" for the current one.
	name       string
	kubeconfig clientcmd.ClientConfig
	userAgent  string
	// server and kubeconfigCluster are the values of flags.
	server, kubeconfigCluster string
	// cluster, if set, is the user's own name for the cluster.
	cluster string
	// amongOthers is set for contexts that are used at the same time as others.
	amongOthers bool
}

// release drops the kubeconfig of a context that is not needed any longer.
func (c *kubeContext) release() { c.kubeconfig = nil }

// in returns the cluster of the context and the scope in it. Unless the user
// names a namespace, it is that of the context.
func (c *kubeContext) in(scope inventory.Scope, allNamespaces bool) (*live.Source, inventory.Scope, error) {
	source, err := c.live()
	if err != nil {
		return nil, scope, err
	}
	if scope.Whole() && !allNamespaces && !scope.NamesNodes() {
		var namespace string
		namespace, _, err = c.kubeconfig.Namespace()
		scope.Namespaces = []string{namespace}
	}
	return source, scope, err
}

// live returns the cluster of the context. It sends no request yet.
func (c *kubeContext) live() (*live.Source, error) {
	kubeconfig, err := c.kubeconfig.RawConfig()
	if err != nil {
		return nil, fileerror.Named(err)
	}
	if current := kubeconfig.CurrentContext; c.name == "" && current != "" && kubeconfig.Contexts[current] == nil {
		return nil, fmt.Errorf("the current context of the kubeconfig, %q, does not exist: name another one with --context", current)
	}
	config, err := c.kubeconfig.ClientConfig()
	if err != nil {
		return nil, err
	}
	name, err := c.clusterName(config)
	if err != nil {
		return nil, err
	}
	config.UserAgent = c.userAgent
	config.WarningHandler = rest.NoWarnings{}
	if c.amongOthers && config.ExecProvider != nil {
		// If two programs asked for a password at once, they would share one line.
		config.ExecProvider.StdinUnavailable = true
		config.ExecProvider.StdinUnavailableMessage = "several clusters are audited at once; log in to this one first"
	}
	return &live.Source{Name: name, Config: config, Now: now}, nil
}

// defaultServer is the address at which client-go looks for a cluster without a
// name.
const defaultServer = "http://localhost:8080"

// inCluster names the cluster that a pod runs in. A cluster does not know its
// name, and the address is the same in many clusters.
const inCluster = "in-cluster"

// clusterName returns the user's name for the cluster, otherwise its server.
func (c *kubeContext) clusterName(config *rest.Config) (string, error) {
	kubeconfig, err := c.kubeconfig.RawConfig()
	if err != nil {
		return "", err
	}
	context := cmp.Or(c.name, kubeconfig.CurrentContext)
	if err := c.expectCluster(kubeconfig, context); err != nil {
		return "", err
	}
	if context == "" && c.server == "" && config.Host == defaultServer {
		return "", errors.New("no cluster: there is no kubeconfig with a current context (see --kubeconfig, --context and --server)")
	}
	switch {
	case c.cluster != "":
		return c.cluster, nil
	case c.name != "":
		return c.name, nil
	case c.server != "":
	case context != "":
		return context, nil
	case len(kubeconfig.Clusters) == 0:
		return inCluster, nil
	}
	if address, err := url.Parse(config.Host); err == nil && address.Host != "" {
		return address.Host, nil
	}
	return config.Host, nil
}

// expectCluster returns an error if the kubeconfig lacks the cluster of the
// context. client-go would use another one instead: the one in which its pod
// runs, or this machine.
func (c *kubeContext) expectCluster(kubeconfig clientcmdapi.Config, name string) error {
	context := kubeconfig.Contexts[name]
	if context == nil || c.server != "" || c.kubeconfigCluster != "" || kubeconfig.Clusters[context.Cluster] != nil {
		return nil
	}
	return fmt.Errorf("context %q names the cluster %q, which is not in the kubeconfig", name, context.Cluster)
}
