package cli

import (
	"errors"
	"fmt"
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
		return nil, fmt.Errorf("a name is required: %s/NAME; without a type, everything in the namespace is audited", typed)
	}
	var objects []inventory.ObjectName
	for _, name := range names {
		// The name becomes a part of a path on the server.
		if name == "" {
			return nil, fmt.Errorf("a name is required: %s/NAME", typed)
		}
		if len(rest.IsValidPathSegmentName(name)) > 0 {
			return nil, fmt.Errorf("%q is not the name of an object", name)
		}
		objects = append(objects, inventory.ObjectName{Resource: kind.Resource, Kind: kind.Name, Name: name})
	}
	return objects, nil
}

// unknownType returns an error about a type whose objects cannot be named, and
// suggests a similar one, or all of them.
func unknownType(typed string) error {
	if near := nearestType(typed); len(near) > 0 {
		return fmt.Errorf("unknown type %q, did you mean %s?", typed, near[0])
	}
	var known []string
	for _, kind := range kinds.Nameable() {
		known = append(known, kind.Types()[0])
	}
	return fmt.Errorf("unknown type %q, must be one of %s", typed, strings.Join(known, ", "))
}

// nearestType returns the type that was most likely meant, if any. Further ones are
// synonyms.
func nearestType(typed string) []string {
	var known []string
	for _, kind := range kinds.Nameable() {
		known = append(known, kind.Types()...)
	}
	near := audit.Nearest(known, typed)
	return near[:min(len(near), 1)]
}

// objectsOrVerb refuses a first word that is neither a verb nor a type.
func objectsOrVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || strings.Contains(args[0], "/") {
		return nil
	}
	if _, isType := kinds.Typed(args[0]); isType {
		return nil
	}
	message := fmt.Sprintf("%q is neither a command nor a type", args[0])
	if near := append(audit.Nearest(verbs(cmd), args[0]), nearestType(args[0])...); len(near) > 0 {
		message += fmt.Sprintf(", did you mean %s?", strings.Join(near, " or "))
	} else {
		message += "; objects are named as TYPE/NAME, for example deploy/cart"
	}
	return usageError{cmd.CommandPath(), errors.New(message)}
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
		flag := "--namespace"
		if f.allNamespaces {
			flag = "--all-namespaces"
		}
		return fmt.Errorf("%s cannot be used with %s", flag, objects[0])
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
