package remedy

import (
	"maps"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// injectedMemory lists the annotations of the pod template that ask an injector
// for a memory limit. They replace all resources of the sidecar, so the others
// are the defaults of Istio, and of Linkerd with high availability.
var injectedMemory = map[string]struct {
	annotation, usual string
	others            map[string]string
}{
	"istio-proxy": {"sidecar.istio.io/proxyMemoryLimit", "1Gi", map[string]string{
		"sidecar.istio.io/proxyCPU": "100m", "sidecar.istio.io/proxyMemory": "128Mi",
	}},
	"linkerd-proxy": {"config.linkerd.io/proxy-memory-limit", "250Mi", map[string]string{
		"config.linkerd.io/proxy-memory-request": "20Mi",
	}},
	"consul-dataplane": {"consul.hashicorp.com/sidecar-proxy-memory-limit", unmeasured, nil},
	"daprd":            {"dapr.io/sidecar-memory-limit", unmeasured, nil},
	"vault-agent":      {"vault.hashicorp.com/agent-limits-mem", unmeasured, nil},
}

// unmeasured is a quantity that a person must choose.
const unmeasured = "MEMORY"

// injected is the fix for a container that the workload's template does not have:
// a patch would create another one.
func injected(w *inventory.Workload, container, advice string) audit.Fix {
	return audit.Fix{Advice: advice + ", where " + container + " is injected: the template of the " + w.Kind + " does not have it"}
}

// injectedLimit asks the injector for a limit, "memory=1Gi".
func injectedLimit(w *inventory.Workload, container, advice, limit string) audit.Fix {
	memory, known := injectedMemory[container]
	quantity, isMemory := strings.CutPrefix(limit, "memory=")
	if !known || !isMemory {
		return injected(w, container, advice)
	}
	if quantity == unmeasured {
		quantity = memory.usual
	}
	annotations := map[string]string{memory.annotation: quantity}
	maps.Copy(annotations, memory.others)
	template := Fields{"template": Fields{"metadata": Fields{"annotations": annotations}}}
	if w.Kind == "CronJob" {
		template = Fields{"jobTemplate": Fields{"spec": template}}
	}
	return Spec(w, advice, template)
}
