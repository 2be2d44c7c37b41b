package configuration

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ConfigInImage finds workloads that cannot be configured from outside.
var ConfigInImage = &audit.Check{
	ID: "config-in-image", Category: Category, Severity: report.Info, Since: "v0.1.0", Urgency: report.Later,
	Title: "All configuration of a workload is inside its image",
	Needs: []inventory.Resource{inventory.Services},
	Judge: audit.Workloads(configInImage),
	Doc: audit.Doc{
		What: "A Service selects the workload, and none of its containers, init containers and sidecars has env, envFrom, " +
			"arguments or a volume other than an emptyDir and the ServiceAccount's token. Whatever configures it is a part " +
			"of the image.",
		Why: "An image that knows where it runs is another one in each environment: what was tested is not what is " +
			"deployed. To change a timeout or the address of a database at 2 a.m. takes a build, and a secret in an image " +
			"is known to everybody who can pull it.",
		Fix: "Let the program read what differs between environments, or may have to change in a hurry, from env or from " +
			"a file, and bring it with a ConfigMap and a Secret. What is the same everywhere may stay in the image.",
		Blind: "A program may need no configuration at all, or ask a server for it. Env that a mesh's sidecar has counts " +
			"as the workload's.",
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
		Evidence: report.Evidence{"services": serviceNames(w)},
		Fix:      audit.Fix{Advice: "give it from outside what differs between environments"},
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
			return s.Secret != nil || s.ConfigMap != nil && !slices.Contains(published, s.ConfigMap.Name)
		})
	}
	return v.EmptyDir == nil
}

func serviceNames(w *inventory.Workload) []string {
	names := make([]string, len(w.Services))
	for i, s := range w.Services {
		names[i] = s.Name
	}
	return names
}
