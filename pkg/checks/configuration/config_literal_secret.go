package configuration

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/envname"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var (
	secretNames   = audit.List("names", envname.SecretTerms, "words in an env name that mark its value as a secret; words of six letters or more also match within a word")
	harmlessNames = audit.List("except", []string{"GOOGLE_APPLICATION_CREDENTIALS", "ETCD_INITIAL_CLUSTER_TOKEN"},
		"env names that are not secrets, whatever their words")
)

// ConfigLiteralSecret finds secrets that are written in a manifest.
var ConfigLiteralSecret = &audit.Check{
	ID: "config-literal-secret", Category: Category, Severity: api.High, Since: "v0.1.0", Urgency: api.Later,
	Field:   "env",
	Title:   "Plain-text secret in the pod spec",
	Options: []audit.Option{secretNames, harmlessNames},
	Judge:   audit.Over(audit.Workloads, configLiteralSecret),
	Doc: audit.Doc{
		What: "The name of an environment variable of a container, sidecar or init container says that it is a secret " +
			"(PASSWORD, SECRET, TOKEN, API_KEY and similar words: see the options), and its value is written in the " +
			"pod spec. These values are ignored: one that only refers to another variable, $(OTHER), an empty one, a " +
			"switch (true, off, none) and a file path. Names that describe a property of a secret are also ignored, " +
			"judged by the words after the last secret word: DB_PASSWORD_FILE, SECRET_KEY_PATH, PASSWORD_SECRET_NAME, " +
			"TOKEN_TTL; so are settings such as MAX_TOKEN_COUNT and ALLOW_EMPTY_PASSWORD. Values never reach a report: " +
			"they are removed first.",
		Why: "Everyone who can view a pod, which the role view allows, can read the value, and so can everyone with " +
			"access to the repository, the pipeline's log or the history of rollouts. When it leaks, it can be changed " +
			"only with a rollout of every workload that uses it.",
		Fix: "Put the value into a Secret and refer to it with valueFrom.secretKeyRef, or let an operator provide it " +
			"from a secret store (External Secrets, Sealed Secrets, a CSI driver). Then change the secret: it has been " +
			"exposed.",
		Limitations: "The name decides, not the value: PASSWORD=changeme is flagged, and a secret in a variable called " +
			"DATABASE_URL, in an argument or in a ConfigMap is not found.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/secret/",
			"https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
			"https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/",
		},
	},
}

func configLiteralSecret(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	except := harmlessNames.In(p)
	return audit.EachContainer(w, (*inventory.Template).All, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		var names []string
		for i := range c.Env {
			if e := &c.Env[i]; isLiteral(e) && secretByName.In(p, e.Name) && !slices.Contains(except, e.Name) {
				names = append(names, e.Name)
			}
		}
		if len(names) == 0 {
			return nil
		}
		return &audit.Fault{
			Message:  literalText(names),
			Evidence: api.Evidence{"env": names, "containerKind": string(t.KindOf(c))},
			Fix:      referToSecret(w, t, c.Name, names),
		}
	})
}

// isLiteral reports whether a value may be a secret: one that refers to another
// variable, is a switch or names a file is not.
func isLiteral(e *corev1.EnvVar) bool {
	return e.Value != "" && !strings.HasPrefix(e.Value, "$(") && !inventory.Switch(e.Value) && !strings.HasPrefix(e.Value, "/")
}

// secretByName caches the decision about a name: the same few names are used over
// and over.
var secretByName = audit.NewMemo(func(p *audit.Pass, name string) bool { return envname.SaysSecret(name, secretNames.In(p)) })

// referToSecret removes the values from the spec and refers to a Secret of the
// workload's name.
func referToSecret(w *inventory.Workload, t *inventory.Template, container string, names []string) audit.Fix {
	env := make([]remedy.Fields, len(names))
	for i, name := range names {
		env[i] = remedy.Fields{
			"name": name, "value": nil,
			"valueFrom": remedy.Fields{"secretKeyRef": remedy.Fields{"name": w.Name, "key": name}},
		}
	}
	return remedy.Container(w, t, container,
		fmt.Sprintf("put a new value into a Secret, for example %s, and refer to it", w.Name), remedy.Fields{"env": env})
}

func literalText(names []string) string {
	if len(names) == 1 {
		return "the value of " + names[0] + " is written in the pod spec"
	}
	return fmt.Sprintf("the values of %s and %d more are written in the pod spec", names[0], len(names)-1)
}
