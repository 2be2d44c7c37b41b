package collect

import (
	"maps"
	"slices"
)

// injectors lists the annotations that admission webhooks leave on a pod, with
// the containers that they add.
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
