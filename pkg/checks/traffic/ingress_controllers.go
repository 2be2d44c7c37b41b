package traffic

import (
	"slices"
	"strings"
)

// controller is an ingress controller whose limits are set by annotations of an
// Ingress.
type controller struct {
	// name is the controller's in an IngressClass.
	name string
	// prefixes are the prefixes of its annotations.
	prefixes []string
	// limits are annotations that limit requests or connections.
	limits []string
	// hides lists annotations that may contain a limit in their value, or name an
	// object that does.
	hides []string
	// proposal is an annotation that sets a limit, with a value to decide on.
	proposal string
}

var controllers = []controller{
	{
		name: "k8s.io/ingress-nginx", prefixes: []string{"nginx.ingress.kubernetes.io/"},
		limits:   []string{"limit-rps", "limit-rpm", "limit-connections", "global-rate-limit"},
		hides:    []string{"configuration-snippet", "server-snippet"},
		proposal: "nginx.ingress.kubernetes.io/limit-rps=REQUESTS_PER_SECOND",
	},
	{
		name: "nginx.org/ingress-controller", prefixes: []string{"nginx.org/"},
		limits:   []string{"limit-req-rate"},
		hides:    []string{"policies", "server-snippets", "location-snippets"},
		proposal: "nginx.org/limit-req-rate=RATE",
	},
	{
		name: "haproxy.org/ingress-controller", prefixes: []string{"haproxy.org/", "haproxy.com/", "ingress.kubernetes.io/"},
		limits:   []string{"rate-limit-requests", "pod-maxconn"},
		hides:    []string{"backend-config-snippet", "frontend-config-snippet", "cr-backend"},
		proposal: "haproxy.org/rate-limit-requests=REQUESTS",
	},
	{
		name: "haproxy-ingress.github.io/controller", prefixes: []string{"haproxy-ingress.github.io/", "ingress.kubernetes.io/"},
		limits:   []string{"limit-rps", "limit-connections", "maxconn-server"},
		hides:    []string{"config-backend", "config-backend-early", "config-backend-late"},
		proposal: "haproxy-ingress.github.io/limit-rps=REQUESTS_PER_SECOND",
	},
	{
		name: "traefik.io/ingress-controller", prefixes: []string{"traefik.ingress.kubernetes.io/"},
		hides:    []string{"router.middlewares"},
		proposal: "traefik.ingress.kubernetes.io/router.middlewares=NAMESPACE-NAME@kubernetescrd",
	},
}

// controllerNamed returns the controller with this name in an IngressClass, nil
// if its annotations are not known. Several names of one kind exist:
// "haproxy.org/ingress-controller/internal" or "k8s.io/internal-ingress-nginx".
func controllerNamed(name string) *controller {
	if host, kind, _ := strings.Cut(name, "/"); host == "k8s.io" && strings.HasSuffix(kind, "-ingress-nginx") {
		name = "k8s.io/ingress-nginx"
	}
	i := slices.IndexFunc(controllers, func(c controller) bool {
		return name == c.name || strings.HasPrefix(name, c.name+"/")
	})
	if i < 0 {
		return nil
	}
	return &controllers[i]
}

// has returns one of the controller's annotations among those of an Ingress,
// empty if there is none.
func (c *controller) has(annotations, wanted []string) string {
	for _, annotation := range annotations {
		for _, prefix := range c.prefixes {
			if name, own := strings.CutPrefix(annotation, prefix); own && slices.Contains(wanted, name) {
				return annotation
			}
		}
	}
	return ""
}
