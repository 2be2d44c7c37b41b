package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"
	"mvdan.cc/sh/v3/syntax"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// roleName is the name of the ClusterRole or Role.
const roleName = "prodcheck"

// RBACOptions contains the options of "rbac".
type RBACOptions struct {
	namespaces    []string
	allNamespaces bool
	selection     selectionFlags
	// selecting are the flags that select checks, as they were typed.
	selecting string
	// observe is set for an audit that observes.
	observe bool

	named func(string) string
	genericiooptions.IOStreams
}

func newRBACCommand(p *program, cluster *connection) *cobra.Command {
	o := &RBACOptions{selection: newSelectionFlags(p), named: p.named, IOStreams: p.IOStreams}
	cmd := &cobra.Command{
		Use:                   "rbac [-n NAMESPACE | -A] [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Print the minimal role for an audit",
		Long: templates.LongDesc(`
			Print the minimal ClusterRole for an audit of all namespaces or, with --namespace, the minimal Role for an
			audit of each. It grants read access to what the selected checks need, and nothing else.

			Without --secrets, the role grants no access to Secrets. With it, the role allows listing Secrets, which
			also allows reading them: anyone who can use the account can then read every Secret of the cluster or
			namespace.`),
		Example: templates.Examples(`
			# Grant a service account the permissions for an audit of all namespaces
			kubectl prodcheck rbac | kubectl apply -f -
			kubectl create clusterrolebinding prodcheck --clusterrole=prodcheck --serviceaccount=NAMESPACE:NAME

			# Print the minimal Role for an audit of one namespace without the checks of Services
			kubectl prodcheck rbac -n shop --skip 'service-*'`),
		Args: noArguments,
		RunE: runE(o),
	}
	addNamespacesFlag(cmd, &o.namespaces, completeNamespaces(cluster.names))
	cmd.Flags().BoolVarP(&o.allNamespaces, "all-namespaces", "A", o.allNamespaces,
		"If present, print the ClusterRole for an audit of all namespaces. This is the default without --namespace")
	o.selection.addFlags(cmd)
	o.selection.sampling.addFlags(cmd)
	cmd.Flags().BoolVar(&o.observe, observeFlag, o.observe, "Also grant watch, for audits with --observe")
	return cmd
}

// Complete turns the flags into values.
func (o *RBACOptions) Complete(cmd *cobra.Command, _ []string) error {
	if o.allNamespaces {
		o.namespaces = nil
	}
	for _, name := range []string{"check", "skip", "category", "profile", "min-severity", "config"} {
		flag := cmd.Flags().Lookup(name)
		if !flag.Changed {
			continue
		}
		value := flag.Value.String()
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			value = strings.Join(list.GetSlice(), ",")
		}
		value, err := syntax.Quote(value, syntax.LangPOSIX)
		if err != nil {
			return fmt.Errorf("--%s: %w", name, err)
		}
		o.selecting += " --" + name + " " + value
	}
	return o.selection.complete(cmd)
}

// Validate refuses flags that make no sense.
func (o *RBACOptions) Validate() error {
	if len(o.namespaces) > 0 && o.selection.sampling.kubeletStats {
		return errors.New("--kubelet-stats cannot be used with --namespace: a Role cannot grant what belongs to nodes")
	}
	return validateNamespaces(o.namespaces)
}

// Run prints YAML for kubectl apply.
func (o *RBACOptions) Run(context.Context) error {
	samples := o.selection.sampling.taken(o.selection.checks)
	request := o.selection.request(inventory.Scope{Namespaces: o.namespaces})
	secrets := slices.Contains(request.Listed(), inventory.Secrets)
	flags := o.selecting
	if secrets {
		flags += " --" + secretsFlag
	}
	for _, s := range samples {
		flags += " --" + string(s)
	}
	if o.observe {
		flags += " --observe=2m"
	}
	comment, roles := "", []any{}
	if len(o.namespaces) == 0 {
		comment = fmt.Sprintf(`# Permissions for: kubectl prodcheck -A%[2]s
# Bind it to a service account, for example:
#   kubectl create clusterrolebinding %[1]s --clusterrole=%[1]s --serviceaccount=NAMESPACE:NAME
`, roleName, flags)
		roles = append(roles, rbacv1.ClusterRole{
			TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "ClusterRole"},
			ObjectMeta: metav1.ObjectMeta{Name: roleName},
			Rules:      rules(request, samples, "", o.observe),
		})
	} else {
		comment = fmt.Sprintf(`# Permissions for: kubectl prodcheck -n %s%s
# Bind it to a service account, for example:
`, strings.Join(o.namespaces, ","), flags)
	}
	for _, namespace := range o.namespaces {
		comment += fmt.Sprintf("#   kubectl create rolebinding %[1]s -n %[2]s --role=%[1]s --serviceaccount=%[2]s:NAME\n", roleName, namespace)
		roles = append(roles, rbacv1.Role{
			TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "Role"},
			ObjectMeta: metav1.ObjectMeta{Name: roleName, Namespace: namespace},
			Rules:      rules(request, samples, namespace, o.observe),
		})
	}
	if secrets {
		comment += aboutSecrets
	}
	for _, s := range samples {
		comment += aboutSampling[s]
	}
	return o.print(comment, roles)
}

func (o *RBACOptions) print(comment string, roles []any) error {
	documents := make([]string, len(roles))
	for i, role := range roles {
		text, err := yaml.Marshal(role)
		if err != nil {
			return err
		}
		documents[i] = string(text)
	}
	_, err := io.WriteString(o.Out, o.named(comment)+strings.Join(documents, "---\n"))
	return err
}

// aboutSecrets warns of a permission that allows more than the audit does.
const aboutSecrets = `# Listing secrets also allows reading them, although the audit requests only their metadata. Without --secrets
# this role grants no access to Secrets, and the audit relies on the kubelet's messages instead.
`

// aboutSampling warns of permissions that allow more than the audit does.
var aboutSampling = map[audit.Sampling]string{
	audit.Logs:         "# The verb get on pods/log allows reading everything that programs print, although the audit requests one byte.\n",
	audit.KubeletStats: "# The verb get on nodes/proxy amounts to running any command in any pod of any node. Bind it only to administrators.\n",
}

// rules grant what an audit and its samples read, in one namespace or, for "",
// in all. An observation requires watch on what is listed.
func rules(request inventory.Request, samples []audit.Sampling, namespace string, observe bool) []rbacv1.PolicyRule {
	verbs := map[inventory.Resource][]string{}
	if request.ConfirmOwners {
		for _, r := range append([]inventory.Resource{inventory.Pods}, inventory.Controllers...) {
			verbs[r] = []string{"get"}
		}
	}
	for _, r := range request.Listed() {
		// A Role cannot grant resources without a namespace.
		if namespace == "" || !r.ClusterScoped() {
			verbs[r] = append(verbs[r], "list")
			if observe {
				verbs[r] = append(verbs[r], "watch")
			}
		}
	}
	rules := compact(verbs)
	for _, s := range samples {
		rules = append(rules, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{s.Right()}, Verbs: []string{"get"}})
	}
	if namespace != "" {
		// The audit first asks whether the namespace exists.
		rules = append(rules, rbacv1.PolicyRule{
			APIGroups: []string{""}, Resources: []string{"namespaces"}, ResourceNames: []string{namespace}, Verbs: []string{"get"},
		})
	}
	return rules
}

// compact combines all resources of one group with the same verbs into one rule.
func compact(verbs map[inventory.Resource][]string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, r := range slices.Sorted(maps.Keys(verbs)) {
		resource := r.GroupResource()
		same := func(rule rbacv1.PolicyRule) bool {
			return rule.APIGroups[0] == resource.Group && slices.Equal(rule.Verbs, verbs[r])
		}
		if i := slices.IndexFunc(rules, same); i >= 0 {
			rules[i].Resources = append(rules[i].Resources, resource.Resource)
			continue
		}
		rules = append(rules, rbacv1.PolicyRule{
			APIGroups: []string{resource.Group}, Resources: []string{resource.Resource}, Verbs: verbs[r],
		})
	}
	slices.SortStableFunc(rules, func(a, b rbacv1.PolicyRule) int {
		return cmp.Or(cmp.Compare(a.APIGroups[0], b.APIGroups[0]), slices.Compare(b.Verbs, a.Verbs))
	})
	return rules
}
