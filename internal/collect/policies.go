package collect

import (
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// relatePolicies finds the DestinationRules for each Service, and the
// BackendTrafficPolicies for each route.
func (b *builder) relatePolicies() {
	type target struct{ kind, namespace, name string }
	attached := map[target][]*inventory.TrafficPolicy{}
	rules := newHostRules()
	for _, policy := range b.inv.Policies {
		for _, host := range policy.Hosts {
			rules.add(host, policy)
		}
		for _, t := range policy.Targets {
			at := target{t.Kind, policy.Namespace, t.Name}
			attached[at] = append(attached[at], policy)
		}
	}
	if len(rules.exact)+len(rules.wildcards) > 0 {
		for _, s := range b.inv.Services {
			s.Policies = rules.of(s)
			inventory.SortObjects(s.Policies)
		}
	}
	for _, r := range b.inv.Routes {
		r.Policies = slices.Clone(attached[target{r.Kind, r.Namespace, r.Name}])
		for _, g := range r.Gateways {
			r.Policies = append(r.Policies, attached[target{"Gateway", g.Namespace, g.Name}]...)
		}
		inventory.SortObjects(r.Policies)
	}
}

// hostRules finds policies by their host.
type hostRules struct {
	// exact is indexed by the namespace and name of the Service.
	exact map[[2]string][]*inventory.TrafficPolicy
	// wildcards is indexed by suffix. There are few different ones.
	wildcards map[string][]*inventory.TrafficPolicy
}

func newHostRules() hostRules {
	return hostRules{map[[2]string][]*inventory.TrafficPolicy{}, map[string][]*inventory.TrafficPolicy{}}
}

// add interprets a host as Istio does: a name without a dot is a Service in the
// rule's own namespace. A name with dots is complete, so "cart.shop" is not a
// Service.
func (h hostRules) add(host string, policy *inventory.TrafficPolicy) {
	if suffix, isWildcard := strings.CutPrefix(host, "*"); isWildcard {
		if namespace, _, inCluster := strings.Cut(suffix, ".svc."); inCluster {
			suffix = namespace + ".svc." + clusterDomain
		}
		h.wildcards[suffix] = append(h.wildcards[suffix], policy)
		return
	}
	name, rest, dotted := strings.Cut(host, ".")
	namespace := policy.Namespace
	if dotted {
		var domain string
		namespace, domain, _ = strings.Cut(rest, ".")
		if !strings.HasPrefix(domain, "svc.") {
			return
		}
	}
	service := [2]string{namespace, name}
	h.exact[service] = append(h.exact[service], policy)
}

// of returns the policies with the most specific host, because a mesh applies no
// others.
func (h hostRules) of(s *inventory.Service) []*inventory.TrafficPolicy {
	if exact := h.exact[[2]string{s.Namespace, s.Name}]; len(exact) > 0 {
		return slices.Clone(exact)
	}
	for host := "." + s.Namespace + ".svc." + clusterDomain; ; {
		if found := h.wildcards[host]; len(found) > 0 {
			return slices.Clone(found)
		}
		if host == "" {
			return nil
		}
		// The next shorter suffix begins at the next dot.
		_, shorter, dotted := strings.Cut(host[1:], ".")
		host = ""
		if dotted {
			host = "." + shorter
		}
	}
}

// clusterDomain stands for the domain of the cluster, which nothing in the API
// shows.
const clusterDomain = "cluster.local"
