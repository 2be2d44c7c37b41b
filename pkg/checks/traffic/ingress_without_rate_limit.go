package traffic

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// IngressWithoutRateLimit finds entry points that accept any amount of traffic.
var IngressWithoutRateLimit = &audit.Check{
	ID: "ingress-without-rate-limit", Category: Category, Severity: api.Info, Since: "v0.1.0", Urgency: api.Later,
	Title: "Ingress or HTTPRoute has no rate limit",
	Reads: audit.Reads{
		Needs:    []inventory.Resource{inventory.Services, inventory.Pods},
		Optional: []inventory.Resource{inventory.IngressClasses, inventory.BackendTrafficPolicies},
	},
	Options: []audit.Option{knownLimiters},
	Judge:   audit.Over(audit.Routes, ingressWithoutRateLimit),
	Doc: audit.Doc{
		What: "An Ingress has no annotation by which its controller limits the rate of requests or the number of " +
			"connections. The check knows ingress-nginx (limit-rps, limit-rpm, limit-connections), NGINX's own " +
			"controller (limit-req-rate), HAProxy's (rate-limit-requests, pod-maxconn), haproxy-ingress (limit-rps, " +
			"limit-connections, maxconn-server) and Traefik, which has none. An HTTPRoute of Envoy Gateway has " +
			"BackendTrafficPolicies, for itself or its Gateway, none of which limits the rate.",
		Why: "One client in a loop, a crawler or an attack uses up the capacity of the pods, and all other clients " +
			"suffer. Scaling up only adds more capacity to use up, at a price. A limit at the edge turns the excess " +
			"into errors for the client that causes it.",
		Fix: "Measure what one client needs at its busiest, and allow several times that: a generous limit also " +
			"protects. Clients behind one address share a limit per address. Answer 429, so that clients know to wait.",
		Limitations: "Limits for a whole controller are not seen, nor a firewall, CDN or load balancer in front of it, " +
			"nor limits of meshes. The outcome is unknown for other controllers, for annotations that name another " +
			"object (Traefik's middlewares, NGINX's policies, snippets), for HTTPRoutes without a " +
			"BackendTrafficPolicy, and if a proxy runs beside the app in all pods behind the route: it may limit the " +
			"traffic. Values are not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/",
			"https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#rate-limiting",
			"https://gateway.envoyproxy.io/docs/tasks/traffic/local-rate-limit/",
		},
	},
}

var knownLimiters = audit.List("limiters", []string{
	"envoy", "nginx", "nginx-unprivileged", "openresty", "haproxy", "traefik", "apisix", "kong", "caddy", "ratelimit",
}, "names of containers, or of images without registry and tag, that may limit traffic beside an app")

func ingressWithoutRateLimit(p *audit.Pass, r *inventory.Route) audit.Verdict {
	switch {
	case len(r.Backends) == 0:
		return audit.NotApplicable()
	case r.Kind == "Ingress":
		return ingressLimit(p, r)
	}
	return httpRouteLimit(p, r)
}

func ingressLimit(p *audit.Pass, r *inventory.Route) audit.Verdict {
	class, name := p.IngressClass(r.Class)
	c := controllerNamed(name)
	switch {
	case name == "" && !p.CompleteIn("", inventory.IngressClasses):
		return audit.Unknown(p.WhyIncomplete("", inventory.IngressClasses))
	case name == "":
		return audit.Unknown("no IngressClass names the controller that serves it")
	case c == nil:
		return audit.Unknown("how controller " + name + " limits traffic is not known")
	}
	if limit := c.has(r.Annotations, c.limits); limit != "" {
		return audit.Faults()
	}
	if hidden := c.has(r.Annotations, c.hides); hidden != "" {
		return audit.Unknown("annotation " + hidden + " may contain or name a limit")
	}
	return unlimited(p, r, audit.Fault{
		Message:  "no annotation limits requests or connections (" + c.name + ")",
		Evidence: api.Evidence{"controller": c.name, "class": class},
		Fix: audit.Fix{
			Advice:  "limit the requests of one client",
			Command: audit.Kubectl("annotate").In(r.Namespace).On("ingress/"+r.Name, c.proposal),
		},
	})
}

// httpRouteLimit judges routes of Envoy Gateway, which is recognized by its
// policies: nothing else that is read says which controller serves a Gateway.
func httpRouteLimit(p *audit.Pass, r *inventory.Route) audit.Verdict {
	own, gateway := policiesOf(r)
	switch {
	case limitsRate(own) || len(own) == 0 && limitsRate(gateway):
		return audit.Faults()
	case !p.CompleteIn(r.Namespace, inventory.BackendTrafficPolicies):
		return audit.Unknown(p.WhyIncomplete(r.Namespace, inventory.BackendTrafficPolicies))
	case limitsRate(gateway):
		return audit.Unknown("its own BackendTrafficPolicy may replace that of its Gateway, which limits the rate")
	case len(r.Policies) == 0:
		return audit.Unknown("which controller serves its Gateways is not known")
	case slices.ContainsFunc(r.Gateways, func(g inventory.Gateway) bool { return !p.Covers(g.Namespace) }):
		return audit.Unknown("the policies of its Gateway, in another namespace, were not read")
	}
	policy := r.Policies[0]
	return unlimited(p, r, audit.Fault{
		Message:  "BackendTrafficPolicy " + policy.Name + " does not limit the rate of requests",
		Evidence: api.Evidence{"policies": objectNames(r.Policies)},
		Fix: remedy.Custom(&policy.Object, envoyPolicies, "limit the load on its backends",
			`{"spec":{"rateLimit":{"type":"Local","local":{"rules":[{"limit":{"requests":"REQUESTS","unit":"Second"}}]}}}}`),
	})
}

// policiesOf separates a route's own policies from those of its Gateways.
func policiesOf(r *inventory.Route) (own, gateway []*inventory.TrafficPolicy) {
	self := inventory.PolicyTarget{Kind: r.Kind, Name: r.Name}
	for _, policy := range r.Policies {
		if policy.Namespace == r.Namespace && slices.Contains(policy.Targets, self) {
			own = append(own, policy)
		} else {
			gateway = append(gateway, policy)
		}
	}
	return own, gateway
}

func limitsRate(policies []*inventory.TrafficPolicy) bool {
	return slices.ContainsFunc(policies, func(policy *inventory.TrafficPolicy) bool { return policy.LimitsRate })
}

// unlimited is the verdict on a route without a limit at the edge: a limit behind
// it may be enough.
func unlimited(p *audit.Pass, r *inventory.Route, fault audit.Fault) audit.Verdict {
	limiters := knownLimiters.In(p)
	for i := range r.Backends {
		b := &r.Backends[i]
		if why := p.WhyIncomplete(b.Namespace, inventory.Services, inventory.Pods); b.Service == nil && why != "" {
			return audit.Unknown(why)
		}
		if b.Service == nil || !limitedInPods(b.Service, limiters) {
			return audit.Faults(fault)
		}
	}
	return audit.Unknown("a proxy beside the app receives its traffic, and may limit it")
}

// limitedInPods reports whether all pods of a Service have a proxy beside the
// app.
func limitedInPods(s *inventory.Service, limiters []string) bool {
	templates := podTemplates(s)
	return len(templates) > 0 && !slices.ContainsFunc(templates, func(t *inventory.Template) bool {
		running := t.LongRunning()
		return len(running) < 2 ||
			!slices.ContainsFunc(running, func(c *corev1.Container) bool { return isOneOf(c, limiters) })
	})
}
