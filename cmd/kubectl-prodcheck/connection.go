package main

import (
	"errors"
	"net/url"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// connection is how to reach a cluster: kubeconfig, and kubectl's own flags.
type connection struct {
	flags *genericclioptions.ConfigFlags
}

func newConnection() *connection {
	flags := genericclioptions.NewConfigFlags(true)
	// Only the commands that read a namespace take one.
	flags.Namespace = nil
	// Nothing is discovered, and so nothing is cached.
	flags.CacheDir = nil
	return &connection{flags}
}

func (c *connection) addFlags(root *cobra.Command) {
	c.flags.AddFlags(root.PersistentFlags())
	completeFlag(root, "context", c.completeContexts)
}

// in is the cluster behind the connection, and the scope in it: the context's
// namespace unless the user says otherwise.
func (c *connection) in(scope inventory.Scope, allNamespaces bool) (*inventory.Live, inventory.Scope, error) {
	live, err := c.live()
	if err != nil {
		return nil, scope, err
	}
	if scope.Namespace == "" && !allNamespaces {
		scope.Namespace, _, err = c.flags.ToRawKubeConfigLoader().Namespace()
	}
	return live, scope, err
}

// live is the cluster behind the connection. Nothing is sent yet.
func (c *connection) live() (*inventory.Live, error) {
	config, err := c.flags.ToRESTConfig()
	if err != nil {
		return nil, err
	}
	name, err := c.name(config)
	if err != nil {
		return nil, err
	}
	config.UserAgent = "kubectl-prodcheck/" + buildVersion().Version
	config.WarningHandler = rest.NoWarnings{}
	return &inventory.Live{Name: name, Config: config}, nil
}

// defaultServer is where client-go looks for a cluster that nobody named.
const defaultServer = "http://localhost:8080"

// name is what the user calls the cluster, or else its server.
func (c *connection) name(config *rest.Config) (string, error) {
	kubeconfig, err := c.flags.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return "", err
	}
	server := *c.flags.APIServer
	switch {
	case *c.flags.Context != "":
		return *c.flags.Context, nil
	case kubeconfig.CurrentContext != "" && server == "":
		return kubeconfig.CurrentContext, nil
	case config.Host == defaultServer && server == "":
		return "", errors.New("no cluster: there is no kubeconfig with a current context (see --kubeconfig, --context and --server)")
	}
	if address, err := url.Parse(config.Host); err == nil && address.Host != "" {
		return address.Host, nil
	}
	return config.Host, nil
}
