package configuration

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// fix creates the missing object or key. A person has to decide on its content.
func (m *missing) fix(w *inventory.Workload) audit.Fix {
	switch {
	case m.Key != "":
		field := map[string]string{configMap: "data", secret: "stringData"}[m.Kind]
		patch := remedy.JSON(remedy.Fields{field: remedy.Fields{m.Key: "VALUE"}})
		return audit.Fix{
			Advice:  "add the key, or correct the reference",
			Command: audit.Kubectl("patch").In(w.Namespace).On(strings.ToLower(m.Kind), m.Name).Flag("--patch", patch),
		}
	case m.pull:
		return audit.Fix{
			Advice: "create it, or remove it from imagePullSecrets",
			Command: audit.Kubectl("create", "secret", "docker-registry").In(w.Namespace).On(m.Name).
				With("--docker-server=REGISTRY", "--docker-username=USER", "--docker-password=PASSWORD"),
		}
	}
	create := audit.Kubectl("create", "configmap")
	if m.Kind == secret {
		create = audit.Kubectl("create", "secret", "generic")
	}
	keys := m.keys
	if len(keys) == 0 {
		keys = []string{"KEY"}
	}
	for _, key := range keys {
		create = create.Flag("--from-literal=", key+"=VALUE")
	}
	return audit.Fix{Advice: "create it, or correct the reference", Command: create.In(w.Namespace).On(m.Name)}
}
