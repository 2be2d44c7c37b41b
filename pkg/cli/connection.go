package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// connection contains the kubeconfig and kubectl's own flags, which lead to
// clusters.
type connection struct {
	flags *genericclioptions.ConfigFlags
	// contexts are as they were typed: each may be a list.
	contexts []string
	// userAgent is how requests name the program.
	userAgent string
}

func newConnection(p *program) *connection {
	// Nothing is shared between contexts: each has a loader of its own.
	flags := genericclioptions.NewConfigFlags(false)
	// Only the commands that read a namespace take one.
	flags.Namespace = nil
	// Nothing is discovered, and so nothing is cached.
	flags.CacheDir = nil
	return &connection{flags: flags, userAgent: "kubectl-prodcheck/" + p.version.Version}
}

func (c *connection) addFlags(root *cobra.Command) {
	// kubectl's own flag takes one context.
	c.flags.Context = nil
	c.flags.AddFlags(root.PersistentFlags())
	c.flags.Context = new(string)
	root.PersistentFlags().StringArrayVar(&c.contexts, "context", c.contexts,
		"The name of the kubeconfig context to use. An audit takes several: repeated, or separated by commas")
	completeFlag(root, "context", c.completeContexts)
}

// takesSeveralContexts is the annotation of commands that do.
const takesSeveralContexts = "several-contexts"

// expectOneContext refuses several for a command that takes one.
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

// contextNames returns the contexts that --context names. A context whose name
// contains a comma can only be named alone.
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

// known are the contexts of the kubeconfig, by name.
func (c *connection) known() ([]string, error) {
	kubeconfig, err := c.flags.ToRawKubeConfigLoader().RawConfig()
	return slices.Sorted(maps.Keys(kubeconfig.Contexts)), err
}

// open is the context of that name; "" is the current one. Nothing is read yet.
func (c *connection) open(name string) *kubeContext {
	*c.flags.Context = name
	return &kubeContext{
		name: name, kubeconfig: c.flags.ToRawKubeConfigLoader(),
		userAgent: c.userAgent, server: *c.flags.APIServer, kubeconfigCluster: *c.flags.ClusterName,
	}
}

// one is the only context that is named, or the current one.
func (c *connection) one() (*kubeContext, error) {
	contexts, err := c.named()
	if err != nil {
		return nil, err
	}
	return contexts[0], nil
}

// named are the contexts that are named, or the current one. What is wrong with
// the kubeconfig is said of one context when it is used.
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

// all are the contexts of the kubeconfig, by name.
func (c *connection) all() ([]*kubeContext, error) {
	known, err := c.known()
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		return nil, errors.New("no context: there is no kubeconfig with any (see --kubeconfig)")
	}
	var contexts []*kubeContext
	for _, name := range known {
		contexts = append(contexts, c.open(name))
	}
	return contexts, nil
}
