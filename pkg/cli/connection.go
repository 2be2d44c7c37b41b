package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// connection contains the kubeconfig and kubectl's own flags for connections to
// clusters.
type connection struct {
	flags *genericclioptions.ConfigFlags
	// contexts are the values of --context as typed: each may be a list.
	contexts []string
	// userAgent names the program in requests.
	userAgent string
}

func newConnection(p *program) *connection {
	// Contexts share nothing: each has its own loader.
	flags := genericclioptions.NewConfigFlags(false)
	// Only commands that read a namespace have such a flag.
	flags.Namespace = nil
	// Nothing is discovered, so nothing is cached.
	flags.CacheDir = nil
	return &connection{flags: flags, userAgent: "kubectl-prodcheck/" + p.version.Version}
}

func (c *connection) addFlags(root *cobra.Command) {
	// kubectl's own flag accepts only one context.
	c.flags.Context = nil
	c.flags.AddFlags(root.PersistentFlags())
	c.flags.Context = new(string)
	root.PersistentFlags().StringArrayVar(&c.contexts, "context", c.contexts,
		"The name of the kubeconfig context to use. An audit accepts several: repeat the flag, or separate them with commas")
	completeFlag(root, "context", c.completeContexts)
	completeFlag(root, "cluster", c.completeOf(func(k *clientcmdapi.Config) []string { return slices.Sorted(maps.Keys(k.Clusters)) }))
	completeFlag(root, "user", c.completeOf(func(k *clientcmdapi.Config) []string { return slices.Sorted(maps.Keys(k.AuthInfos)) }))
	for _, file := range []string{"kubeconfig", "certificate-authority", "client-certificate", "client-key"} {
		completeFlag(root, file, completeFiles)
	}
}

// takesSeveralContexts is the annotation of commands that accept several
// contexts.
const takesSeveralContexts = "several-contexts"

// expectOneContext refuses several contexts for a command that accepts only one.
func (c *connection) expectOneContext(cmd *cobra.Command) error {
	if _, several := cmd.Annotations[takesSeveralContexts]; several {
		return nil
	}
	names, err := c.contextNames()
	if err != nil {
		return usageError{cmd.CommandPath(), err}
	}
	if len(names) > 1 {
		return usageError{cmd.CommandPath(), fmt.Errorf("--context can name only one context with %s, not %d", cmd.Name(), len(names))}
	}
	return nil
}

// contextNames returns the contexts that --context names. A context with a comma
// in its name can only be named alone.
func (c *connection) contextNames() ([]string, error) {
	var names []string
	for _, typed := range c.contexts {
		parts := strings.Split(typed, ",")
		if len(parts) > 1 && c.knows(typed) {
			parts = []string{typed}
		}
		names = append(names, parts...)
	}
	if len(names) < 2 {
		return names, nil
	}
	for i, name := range names {
		switch {
		case name == "":
			return nil, errors.New("--context names several contexts, and one of them is empty")
		case slices.Contains(names[:i], name):
			return nil, fmt.Errorf("--context names %q more than once", name)
		}
	}
	return names, nil
}

func (c *connection) knows(name string) bool {
	known, err := c.known()
	return err == nil && slices.Contains(known, name)
}

// known returns the names of the contexts in the kubeconfig, sorted.
func (c *connection) known() ([]string, error) {
	kubeconfig, err := c.flags.ToRawKubeConfigLoader().RawConfig()
	return slices.Sorted(maps.Keys(kubeconfig.Contexts)), fileerror.Named(err)
}

// open returns the context with that name; "" means the current one. It reads
// nothing yet.
func (c *connection) open(name string) *kubeContext {
	*c.flags.Context = name
	return &kubeContext{
		name: name, kubeconfig: c.flags.ToRawKubeConfigLoader(),
		userAgent: c.userAgent, server: *c.flags.APIServer, kubeconfigCluster: *c.flags.ClusterName,
	}
}

// one returns the only named context, or the current one.
func (c *connection) one() (*kubeContext, error) {
	contexts, err := c.named()
	if err != nil {
		return nil, err
	}
	return contexts[0], nil
}

// named returns the named contexts, or the current one. A mistake in the
// kubeconfig is reported when a context is used.
func (c *connection) named() ([]*kubeContext, error) {
	names, err := c.contextNames()
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return []*kubeContext{c.open("")}, nil
	}
	known, err := c.known()
	if err != nil && len(names) > 1 {
		return nil, err
	}
	var contexts []*kubeContext
	for _, name := range names {
		if err == nil && name != "" && !slices.Contains(known, name) {
			return nil, unknownContext(name, known)
		}
		contexts = append(contexts, c.open(name))
	}
	return contexts, nil
}

func unknownContext(name string, known []string) error {
	message := fmt.Sprintf("context %q does not exist", name)
	if near := audit.Nearest(known, name); len(near) > 0 {
		message += fmt.Sprintf(", did you mean %s?", strings.Join(near, " or "))
	}
	return errors.New(message)
}

// all returns the contexts of the kubeconfig, sorted by name.
func (c *connection) all() ([]*kubeContext, error) {
	known, err := c.known()
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		return nil, errors.New("no context: no kubeconfig contains one (see --kubeconfig)")
	}
	var contexts []*kubeContext
	for _, name := range known {
		contexts = append(contexts, c.open(name))
	}
	return contexts, nil
}
