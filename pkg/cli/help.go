package cli

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/util/templates"
)

// helpLikeKubectl gives the root command, and all below it, kubectl's help.
func helpLikeKubectl(root *cobra.Command, groups templates.CommandGroups) {
	templates.ActsAsRootCommand(root, []string{"help"}, groups...)
	usage := root.UsageFunc()
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		out := cmd.OutOrStdout()
		var text bytes.Buffer
		cmd.SetOut(&text)
		defer cmd.SetOut(nil)
		if err := usage(cmd); err != nil {
			return err
		}
		// kubectl's template expects that the root command is one word.
		hint := strings.ReplaceAll(text.String(), `Use "`+root.Name()+" ", `Use "`+root.DisplayName()+" ")
		_, err := fmt.Fprintln(out, strings.TrimRight(hint, "\n"))
		return err
	})
}
