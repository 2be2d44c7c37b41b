package traffic

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// SidecarWithoutLimits finds sidecars that escape the care taken of the app.
var SidecarWithoutLimits = &audit.Check{
	ID: "sidecar-without-limits", Category: Category, Severity: report.Medium, Since: "v0.1.0",
	Title:   "A sidecar has no memory limit beside an app that has one",
	Uses:    []inventory.Resource{inventory.LimitRanges},
	Options: []audit.Option{knownSidecars},
	Judge:   audit.Workloads(sidecarWithoutLimits),
	Doc: audit.Doc{
		What: "A sidecar has no memory limit, although another container of the pod has one. A sidecar is a native one " +
			"(an init container with restartPolicy Always), or a container that goes by the name, or runs an image of the " +
			"name, of a proxy or agent that is never the app itself. A limit of the pod as a whole covers all.",
		Why: "A proxy's memory grows with connections and with the size of the mesh, so it grows when traffic does. " +
			"Without a limit it takes the memory of the node that everybody was careful to divide, and the kernel or the " +
			"kubelet may end the app for what the sidecar did.",
		Fix: "Limit it to its peak under real load and a margin (kubectl top pod --containers). An injected sidecar is " +
			"not in the workload's template: Istio and Linkerd take its resources from annotations of the pod template, " +
			"or from their own configuration for the whole mesh.",
		Blind: "An ordinary container whose name and image are not in the list is taken for an app. Where no container " +
			"has a limit, only memory-limit-missing speaks; where both would, it does.",
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
		app, sidecars := besideLimited(t, known)
		if app == nil || len(sidecars) == 0 {
			continue
		}
		asked = true
		for _, c := range sidecars {
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

// besideLimited tells the sidecars from the first app with a memory limit, nil
// if none has one.
func besideLimited(t *inventory.Template, known []string) (app *corev1.Container, sidecars []*corev1.Container) {
	for i := range t.Spec.InitContainers {
		if c := &t.Spec.InitContainers[i]; inventory.KindOfInit(c) == inventory.Sidecar {
			sidecars = append(sidecars, c)
		}
	}
	for i := range t.Spec.Containers {
		switch c := &t.Spec.Containers[i]; {
		case isOneOf(c, known):
			sidecars = append(sidecars, c)
		case app == nil && limitsMemory(c):
			app = c
		}
	}
	return app, sidecars
}

func limitsMemory(c *corev1.Container) bool { return !c.Resources.Limits.Memory().IsZero() }

func unlimitedSidecar(w *inventory.Workload, t *inventory.Template, c, app *corev1.Container) audit.Fault {
	limit := app.Resources.Limits.Memory().String()
	return audit.Fault{
		Container: c.Name,
		Message:   fmt.Sprintf("sidecar without memory limit, beside container %s with %s", app.Name, limit),
		Evidence:  report.Evidence{"app": app.Name, "appMemoryLimit": limit, "native": t.KindOf(c) == inventory.Sidecar},
		Fix:       limitSidecar(w, t, c.Name),
	}
}

// limitSidecar asks the mesh, where the sidecar is injected. Its annotations
// replace all resources of the sidecar: these are what Istio, and Linkerd with
// high availability, give by themselves.
func limitSidecar(w *inventory.Workload, t *inventory.Template, container string) audit.Fix {
	const advice = "limit its memory to the peak under load and a margin"
	switch {
	case container == istioProxy && t.Admitted:
		return annotate(w, advice, map[string]string{
			"sidecar.istio.io/proxyCPU": "100m", "sidecar.istio.io/proxyMemory": "128Mi", "sidecar.istio.io/proxyMemoryLimit": "1Gi",
		})
	case container == linkerdProxy && t.Admitted:
		return annotate(w, advice, map[string]string{
			"config.linkerd.io/proxy-memory-request": "20Mi", "config.linkerd.io/proxy-memory-limit": "250Mi",
		})
	}
	return remedy.Resources(w, container, advice, "--limits=", "memory=MEMORY")
}

// annotate sets annotations of the workload's pods.
func annotate(w *inventory.Workload, advice string, annotations map[string]string) audit.Fix {
	template := remedy.Fields{"template": remedy.Fields{"metadata": remedy.Fields{"annotations": annotations}}}
	if w.Kind == "CronJob" {
		template = remedy.Fields{"jobTemplate": remedy.Fields{"spec": template}}
	}
	return remedy.Spec(w, advice, template)
}
