package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// parseObjects reads TYPE/NAME... or TYPE NAME..., as kubectl does.
func parseObjects(args []string) ([]inventory.ObjectName, error) {
	if len(args) == 0 {
		return nil, nil
	}
	if !strings.Contains(args[0], "/") {
		return parseObjectsOfType(args[0], args[1:])
	}
	var objects []inventory.ObjectName
	for _, arg := range args {
		kind, name, found := strings.Cut(arg, "/")
		if !found {
			return nil, fmt.Errorf("there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'deploy/cart'), but got %q", arg)
		}
		of, err := parseObjectsOfType(kind, []string{name})
		if err != nil {
			return nil, err
		}
		objects = append(objects, of...)
	}
	return objects, nil
}

func parseObjectsOfType(typed string, names []string) ([]inventory.ObjectName, error) {
	kind, known := kinds.Typed(typed)
	if !known {
		return nil, unknownType(typed)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("a name is required: %s/NAME", typed)
	}
	var objects []inventory.ObjectName
	for _, name := range names {
		// The name becomes a part of a path on the server.
		if faults := rest.IsValidPathSegmentName(name); name == "" || len(faults) > 0 {
			return nil, fmt.Errorf("%q is not the name of an object", name)
		}
		objects = append(objects, inventory.ObjectName{Resource: kind.Resource, Kind: kind.Name, Name: name})
	}
	return objects, nil
}

// unknownType returns an error about a type whose objects cannot be named, and
// suggests similar ones.
func unknownType(typed string) error {
	var known []string
	for _, kind := range kinds.Nameable() {
		known = append(known, kind.Types()...)
	}
	message := fmt.Sprintf("unknown type %q", typed)
	if near := audit.Nearest(known, typed); len(near) > 0 {
		// The other suggestions are synonyms.
		message += fmt.Sprintf(", did you mean %s?", near[0])
	}
	return errors.New(message)
}

// objectsOrVerb refuses a single word that is neither a verb nor a type.
func objectsOrVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || strings.Contains(args[0], "/") {
		return nil
	}
	if _, isType := kinds.Typed(args[0]); isType {
		return nil
	}
	return noArguments(cmd, args)
}

// narrow limits a scope to objects. Namespaces among them are audited as with
// --namespace.
func (f *scopeFlags) narrow(scope *inventory.Scope, objects []inventory.ObjectName) error {
	if len(objects) == 0 {
		return nil
	}
	first := objects[0].Resource
	for _, o := range objects {
		if o.Resource != first && (o.Resource.ClusterScoped() || first.ClusterScoped()) {
			return fmt.Errorf("%s and %s cannot be audited together", objects[0], o)
		}
	}
	switch {
	case f.selector != "":
		return errors.New("--selector cannot be used with TYPE/NAME")
	case first == inventory.Namespaces && (len(f.namespaces) > 0 || f.allNamespaces):
		return fmt.Errorf("--namespace and --all-namespaces cannot be used with %s", objects[0])
	case first == inventory.Namespaces:
		for _, o := range objects {
			f.namespaces = append(f.namespaces, o.Name)
		}
		scope.Namespaces = f.sorted()
		return nil
	case first == inventory.Nodes:
		scope.Namespaces = nil
	case f.allNamespaces:
		return errors.New("a resource cannot be retrieved by name across all namespaces")
	case len(f.namespaces) > 1:
		return errors.New("--namespace can name only one namespace with TYPE/NAME")
	}
	scope.Objects = objects
	return nil
}

// notFound returns an error if named objects were not found.
func notFound(inv *inventory.Inventory) error {
	missing := inv.Missing[0]
	message := fmt.Sprintf("%s %q not found", missing.Resource, missing.Name)
	why := inv.WhyUnread(inv.Scope.Only(), missing.Resource)
	if len(inv.NotRead) > 0 {
		why = inv.NotRead[0].File + ": " + inv.NotRead[0].Reason
	}
	if why != "" {
		message += " in what could be read (" + why + ")"
	}
	return errors.New(message)
}

// completeObjects proposes TYPE/ and then names, or names after a type.
func (c *connection) completeObjects(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if cmd.Flags().Changed("filename") {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if len(args) > 0 && !strings.Contains(args[0], "/") {
		kind, known := kinds.Typed(args[0])
		if !known {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return c.names(cmd, kind.Resource), cobra.ShellCompDirectiveNoFileComp
	}
	var proposals []cobra.Completion
	if kind, found := typeBeforeSlash(typed); found {
		prefix := typed[:strings.Index(typed, "/")+1]
		for _, name := range c.names(cmd, kind.Resource) {
			proposals = append(proposals, prefix+name)
		}
		return proposals, cobra.ShellCompDirectiveNoFileComp
	}
	if len(args) == 0 && slices.ContainsFunc(cmd.Commands(), func(verb *cobra.Command) bool { return strings.HasPrefix(verb.Name(), typed) }) {
		// A verb is followed by a space, a type is not: they cannot be proposed together.
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, kind := range kinds.Nameable() {
		if proposal := kind.Types()[0] + "/"; strings.HasPrefix(proposal, typed) {
			proposals = append(proposals, cobra.CompletionWithDesc(proposal, "Audit one "+kind.Name))
		}
	}
	return proposals, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeExplain proposes checks, and after the first one also objects.
func (c *connection) completeExplain(all catalog) completeFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		_, isType := typeBeforeSlash(typed)
		if len(args) == 2 || len(args) == 1 && isType {
			return c.completeObjects(cmd, args[1:], typed)
		}
		proposals, directive := all.ids(), cobra.ShellCompDirectiveNoFileComp
		if len(args) == 0 && fingerprintBegin.MatchString(typed) {
			proposals = append(proposals, fingerprintsIn(configuredHistory(cmd, all), typed)...)
		}
		if len(args) == 1 {
			types, _ := c.completeObjects(cmd, nil, typed)
			proposals = append(proposals, types...)
		}
		return proposals, directive
	}
}

func typeBeforeSlash(typed string) (kinds.Kind, bool) {
	before, _, found := strings.Cut(typed, "/")
	if !found {
		return kinds.Kind{}, false
	}
	return kinds.Typed(before)
}
