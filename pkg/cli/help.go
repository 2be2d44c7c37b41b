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
	refuseUnknownTopics(root)
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

// refuseUnknownTopics makes "help" fail for a command that does not exist. Cobra prints the
// help of the root command instead.
func refuseUnknownTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, help := range root.Commands() {
		if help.Name() != "help" {
			continue
		}
		help.Args = func(_ *cobra.Command, args []string) error {
			cmd, unknown, err := root.Find(args)
			if err != nil || len(unknown) == 0 {
				return err
			}
			return unknownVerb(cmd, fmt.Sprintf("%q is not a command", unknown[0]), unknown[0])
		}
	}
}
