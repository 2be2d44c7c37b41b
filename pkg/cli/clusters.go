package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// clusterFlags say which clusters to audit.
type clusterFlags struct {
	connection  *connection
	allContexts bool
	timeout     time.Duration
	name        string

	// several is set if the flags may select more than one cluster, even if they
	// select only one.
	several bool
}

func (f *clusterFlags) addFlags(cmd *cobra.Command) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[takesSeveralContexts] = ""
	cmd.Flags().BoolVar(&f.allContexts, "all-contexts", f.allContexts,
		"If present, audit the clusters of all contexts in the kubeconfig, each in the namespace of its context unless you name another. "+
			"Two contexts of one cluster make two reports")
	cmd.Flags().DurationVar(&f.timeout, "total-timeout", f.timeout,
		"The length of time after which an audit of several clusters stops reading; clusters not reached by then are listed as not audited. "+
			"Zero means no limit except --timeout, which applies to each cluster")
	addClusterNameFlag(cmd, &f.name)
}

func addClusterNameFlag(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "cluster-name", *name,
		"Name of the cluster in the report. The default is the name of the context")
}

// ofOneCluster lists flags that only make sense for one cluster, for its users,
// or without a cluster.
var ofOneCluster = []string{
	"filename", "kustomize", "cluster-name", "server", "cluster", "user", "token",
	"certificate-authority", "tls-server-name", "client-certificate", "client-key",
}

// complete decides whether the flags may select several clusters, and refuses
// flags that make no sense for several.
func (f *clusterFlags) complete(cmd *cobra.Command) error {
	names, err := f.connection.contextNames()
	if err != nil {
		return err
	}
	what := "--context with several contexts"
	if f.allContexts {
		what = "--all-contexts"
		if len(names) > 0 {
			return errors.New("--all-contexts cannot be used with --context")
		}
	}
	f.several = f.allContexts || len(names) > 1
	switch {
	case f.timeout < 0:
		return fmt.Errorf("--total-timeout must not be negative: %s", f.timeout)
	case f.timeout > 0 && !f.several:
		return errors.New("--total-timeout is for several contexts: --timeout limits the audit of one")
	case !f.several:
		return nil
	}
	for _, name := range ofOneCluster {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("%s cannot be used with --%s", what, name)
		}
	}
	return nil
}

// contexts returns the contexts that the flags select.
func (f *clusterFlags) contexts() ([]*kubeContext, error) {
	open := f.connection.named
	if f.allContexts {
		open = f.connection.all
	}
	contexts, err := open()
	for _, c := range contexts {
		c.cluster, c.amongOthers = f.name, f.several
	}
	return contexts, err
}

// end returns the time at which reading of all clusters stops, zero without a limit.
func (f *clusterFlags) end() time.Time {
	if f.timeout == 0 {
		return time.Time{}
	}
	return time.Now().Add(f.timeout)
}
