package traffic

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// SidecarWithoutLimits finds sidecars without a memory limit beside an app that
// has one.
var SidecarWithoutLimits = &audit.Check{
	ID: "sidecar-without-limits", Category: Category, Severity: api.Medium, Since: "v0.1.0",
	Field:   "resources.limits",
	Title:   "Sidecar container has no memory limit",
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Options: []audit.Option{knownSidecars}, Injected: true,
	Judge: audit.Over(audit.Workloads, sidecarWithoutLimits),
	Doc: audit.Doc{
		What: "A sidecar has no memory limit, although another container of the pod has one, or it was injected. A " +
			"sidecar is a native sidecar (an init container with restartPolicy Always), a container whose name or " +
			"image is that of a proxy or agent that is never the app itself, or a container that was injected: it is " +
			"in the pods and not in the workload's template. A limit of the pod as a whole covers all containers.",
		Why: "A proxy's memory grows with the number of connections and the size of the mesh, so it grows with " +
			"traffic. Without a limit the sidecar can use up the memory of the node, and the kernel or the kubelet may " +
			"kill the app because of its sidecar.",
		Fix: "Limit it to its peak under real load plus a margin (kubectl top pod --containers). An injected sidecar " +
			"is not in the workload's template: Istio and Linkerd read its resources from annotations of the pod " +
			"template, or from their own configuration for the whole mesh.",
		Limitations: "An ordinary container whose name and image are not in the list is treated as an app. If no " +
			"container has a limit, only memory-limit-missing reports those of the workload; if both checks would " +
			"report a container, memory-limit-missing does.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/",
			"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
		},
	},
}

var knownSidecars = audit.List("sidecars", []string{
	istioProxy, linkerdProxy, "proxyv2", "kuma-sidecar", "kuma-dp", "consul-dataplane", "envoy-sidecar", "daprd",
	"oauth2-proxy", "kube-rbac-proxy", "cloud-sql-proxy", "cloudsql-proxy", "gce-proxy", "alloydb-auth-proxy",
	"vault-agent", "pgbouncer",
}, "names of containers, or of images without registry and tag, that are sidecars")

func sidecarWithoutLimits(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	known := knownSidecars.In(p)
	asked := false
	var faults []audit.Fault
	for _, t := range w.Templates {
		sidecars, app := sidecarsOf(w, t, known)
		for _, c := range sidecars {
			if app == nil && !w.Injected(c.Name) {
				continue
			}
			asked = true
			if limitsMemory(c) || t.Spec.Resources != nil && !t.Spec.Resources.Limits.Memory().IsZero() {
				continue
			}
			if !t.Admitted && !p.ReadIn(w.Namespace, inventory.LimitRanges) {
				return audit.Unknown("limitranges, which may set a limit, were not read completely")
			}
			faults = append(faults, unlimitedSidecar(w, t, c, app))
		}
	}
	if !asked {
		return audit.NotApplicable()
	}
	return audit.Faults(faults...)
}

// sidecarsOf separates the sidecars of a pod from its first app with a memory
// limit, nil if none has one.
func sidecarsOf(w *inventory.Workload, t *inventory.Template, known []string) (sidecars []*corev1.Container, app *corev1.Container) {
	for _, c := range t.LongRunning() {
		switch {
		case t.KindOf(c) == inventory.Sidecar || isOneOf(c, known) || w.Injected(c.Name):
			sidecars = append(sidecars, c)
		case app == nil && limitsMemory(c):
			app = c
		}
	}
	return sidecars, app
}

func limitsMemory(c *corev1.Container) bool { return !c.Resources.Limits.Memory().IsZero() }

func unlimitedSidecar(w *inventory.Workload, t *inventory.Template, c, app *corev1.Container) audit.Fault {
	fault := audit.Fault{
		Container: c.Name, Message: "sidecar without a memory limit",
		Evidence: api.Evidence{"native": t.KindOf(c) == inventory.Sidecar, "injected": w.Injected(c.Name)},
		Fix:      remedy.Resources(w, c.Name, "limit its memory to the peak under load plus a margin", "--limits=", "memory=MEMORY"),
	}
	if app != nil {
		limit := app.Resources.Limits.Memory().String()
		fault.Message += fmt.Sprintf(", beside container %s with %s", app.Name, limit)
		fault.Evidence["app"], fault.Evidence["appMemoryLimit"] = app.Name, limit
	}
	return fault
}
