package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// namesFunc lists the names of objects, of which a user chooses one.
type namesFunc func(*cobra.Command, inventory.Resource) []cobra.Completion

// completeNamespaces completes a list of namespaces.
func completeNamespaces(names namesFunc) completeFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return completeList(func() []cobra.Completion { return names(cmd, inventory.Namespaces) })(cmd, args, typed)
	}
}

// completeObjects proposes types and then names, in either of kubectl's forms.
func completeObjects(names namesFunc) completeFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 && !strings.Contains(args[0], "/") {
			kind, known := kinds.Typed(args[0])
			if !known {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return names(cmd, kind.Resource), cobra.ShellCompDirectiveNoFileComp
		}
		if before, _, found := strings.Cut(typed, "/"); found {
			kind, known := kinds.Typed(before)
			if !known {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return prefixed(before+"/", names(cmd, kind.Resource)), cobra.ShellCompDirectiveNoFileComp
		}
		after, directive := "/", cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace
		if len(args) == 0 && slices.ContainsFunc(verbs(cmd), func(verb string) bool { return strings.HasPrefix(verb, typed) }) {
			// A verb is followed by a space, and so is everything that is proposed beside it.
			after, directive = "", cobra.ShellCompDirectiveNoFileComp
		}
		var proposals []cobra.Completion
		for _, kind := range kinds.Nameable() {
			if proposal := kind.Types()[0] + after; strings.HasPrefix(proposal, typed) {
				proposals = append(proposals, cobra.CompletionWithDesc(proposal, "Audit one "+kind.Name))
			}
		}
		return proposals, directive
	}
}

// completeExplain proposes checks, and after the first one also objects.
func completeExplain(all catalog, names namesFunc) completeFunc {
	objects := completeObjects(names)
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		before, _, found := strings.Cut(typed, "/")
		_, isType := kinds.Typed(before)
		if len(args) == 2 || len(args) == 1 && found && isType {
			return objects(cmd, args[1:], typed)
		}
		proposals, directive := all.ids(), cobra.ShellCompDirectiveNoFileComp
		if len(args) == 0 && fingerprintBegin.MatchString(typed) {
			proposals = append(proposals, fingerprintsIn(configuredHistory(cmd, all), typed)...)
		}
		if len(args) == 1 {
			types, _ := objects(cmd, nil, typed)
			proposals = append(proposals, types...)
		}
		return proposals, directive
	}
}

func prefixed(prefix string, names []cobra.Completion) []cobra.Completion {
	proposals := make([]cobra.Completion, len(names))
	for i, name := range names {
		proposals[i] = prefix + name
	}
	return proposals
}

// names lists objects of the cluster, if it answers in time.
func (c *connection) names(cmd *cobra.Command, r inventory.Resource) []cobra.Completion {
	one, err := c.one()
	if err != nil {
		return nil
	}
	live, scope, err := one.in(typedScope(cmd), false)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTimeout)
	defer cancel()
	names, err := live.Names(ctx, r, scope.Only())
	if err != nil {
		return nil
	}
	return names
}

// orCluster lists objects of the files if there are any, otherwise of the cluster. It
// neither reads standard input nor builds a kustomization.
func (f *filesFlags) orCluster(c *connection) namesFunc {
	return func(cmd *cobra.Command, r inventory.Resource) []cobra.Completion {
		switch {
		case !f.given():
			return c.names(cmd, r)
		case f.kustomization != "" || slices.Contains(f.names, "-"):
			return nil
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), completionTimeout)
		defer cancel()
		source := files.Source{Filenames: f.names, Recursive: f.recursive}
		return source.Names(ctx, r, typedScope(cmd).Only())
	}
}

// typedScope is the namespace for which names are proposed: the first that was typed.
func typedScope(cmd *cobra.Command) (scope inventory.Scope) {
	if namespaces, _ := cmd.Flags().GetStringSlice("namespace"); len(namespaces) > 0 {
		scope.Namespaces = namespaces[:1]
	}
	return scope
}

// completionTimeout limits how long a user waits for a proposal.
const completionTimeout = 2 * time.Second
