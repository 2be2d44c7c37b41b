package cli

import (
	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// completeContexts completes a list of contexts.
func (c *connection) completeContexts(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	known := func() []cobra.Completion {
		names, _ := c.known()
		return names
	}
	return completeList(known)(cmd, args, typed)
}

// completeOf completes names of the kubeconfig.
func (c *connection) completeOf(names func(*clientcmdapi.Config) []string) completeFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		kubeconfig, err := c.flags.ToRawKubeConfigLoader().RawConfig()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return names(&kubeconfig), cobra.ShellCompDirectiveNoFileComp
	}
}
