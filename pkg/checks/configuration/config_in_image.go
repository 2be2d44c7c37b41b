package configuration

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ConfigInImage finds workloads that cannot be configured from outside.
var ConfigInImage = &audit.Check{
	ID: "config-in-image", Category: Category, Severity: api.Info, Since: "v0.1.0", Urgency: api.Later,
	Field: "image",
	Title: "All configuration is built into the image",
	Reads: audit.Reads{Needs: []inventory.Resource{inventory.Services}},
	Judge: audit.Over(audit.Workloads, configInImage),
	Doc: audit.Doc{
		What: "A Service selects the workload, and none of its containers, init containers and sidecars has env, " +
			"envFrom, arguments or a volume other than an emptyDir and the ServiceAccount's token. All of its " +
			"configuration is therefore part of the image.",
		Why: "If the image contains the settings of one environment, each environment needs its own image: what was " +
			"tested is not what is deployed. Changing a timeout or the address of a database in an incident requires a " +
			"build, and everyone who can pull the image can read a secret in it.",
		Fix: "Let the program read settings that differ between environments, or that may have to change quickly, from " +
			"env or from a file, and provide them with a ConfigMap and a Secret. Settings that are the same everywhere " +
			"may stay in the image.",
		Limitations: "A program may need no configuration, or fetch it from a server. Environment variables of a " +
			"mesh's sidecar count as the workload's.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/configmap/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/",
		},
	},
}

func configInImage(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Services) == 0 || len(w.Templates) == 0 || w.RunsToCompletion() {
		return audit.NotApplicable()
	}
	t := w.Templates[0]
	if configured(t) {
		return audit.Faults()
	}
	apps := t.Apps()
	fault := audit.Fault{
		Message:  fmt.Sprintf("no env, argument, ConfigMap or Secret behind Service %s", w.Services[0].Name),
		Evidence: api.Evidence{"services": serving.Names(w.Services)},
		Fix:      audit.Fix{Advice: "move settings that differ between environments out of the image"},
	}
	if len(apps) == 1 {
		fault.Container = apps[0].Name
		fault.Fix = remedy.Template(w, fault.Fix.Advice, audit.Kubectl("set", "env").On("NAME=VALUE").Flag("-c", apps[0].Name))
	}
	return audit.Faults(fault)
}

// configured reports whether anything outside of the images can tell a pod's
// programs what to do.
func configured(t *inventory.Template) bool {
	return slices.ContainsFunc(t.All(), func(c *corev1.Container) bool {
		return len(c.Env) > 0 || len(c.EnvFrom) > 0 || len(c.Args) > 0 || len(c.Command) > 1
	}) || slices.ContainsFunc(t.Spec.Volumes, brings)
}

// brings reports whether a volume may hold a file when the pod starts.
func brings(v corev1.Volume) bool {
	if v.Projected != nil {
		return slices.ContainsFunc(v.Projected.Sources, func(s corev1.VolumeProjection) bool {
			return s.Secret != nil || s.ConfigMap != nil && !inventory.Published(s.ConfigMap.Name)
		})
	}
	return v.EmptyDir == nil
}
