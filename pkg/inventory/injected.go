package inventory

import (
	"maps"
	"slices"
)

// injectors are the annotations that admission webhooks leave on a pod, with the
// containers that they add.
var injectors = map[string][]string{
	"consul.hashicorp.com/connect-inject-status": {"consul-dataplane", "consul-connect-inject-init", "envoy-sidecar"},
	"dapr.io/enabled":                         {"daprd"},
	"kuma.io/sidecar-injected":                {"kuma-sidecar", "kuma-init", "kuma-validation"},
	"linkerd.io/proxy-version":                {"linkerd-proxy", "linkerd-init", "linkerd-network-validator"},
	"sidecar.istio.io/status":                 {"istio-proxy", "istio-init", "istio-validation"},
	"sidecar.opentelemetry.io/inject":         {"otc-container"},
	"vault.hashicorp.com/agent-inject-status": {"vault-agent", "vault-agent-init"},
}

func injectedBy(annotations map[string]string) []string {
	var containers []string
	for _, name := range slices.Sorted(maps.Keys(annotations)) {
		containers = append(containers, injectors[name]...)
	}
	return containers
}

// Injected reports whether a container was added to the pods on their way
// through the API server: the workload's own template, which its team can
// change, does not have it. Where that was not read, the injector's own mark on
// the pods tells.
func (w *Workload) Injected(container string) bool {
	declared := w.Declared
	if declared != nil && declared.Container(container) != nil {
		return false
	}
	return slices.ContainsFunc(w.Templates, func(t *Template) bool {
		// A proxy that is alone in its pod is the app: a gateway.
		return t != declared && t.Container(container) != nil && len(t.All()) > 1 &&
			(declared != nil || slices.Contains(t.injected, container))
	})
}
