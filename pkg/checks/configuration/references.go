package configuration

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// reference is one place in a pod spec that names a ConfigMap or Secret.
type reference struct {
	// kind is ConfigMap or Secret.
	kind, name string
	// key is empty for the whole object.
	key      string
	optional bool
	// use names the place: "env LOG_LEVEL", "envFrom", "volume config".
	use string
	// container is empty for what the whole pod uses.
	container string
	// volume is the one that contains it, if any does.
	volume string
	// pull is set for the credentials of a registry: pods start without them as
	// long as the image can be pulled.
	pull bool
}

const (
	configMap = "ConfigMap"
	secret    = "Secret"
)

// published lists ConfigMaps that the control plane, or a mesh, keeps in every
// namespace.
var published = []string{
	"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert", "linkerd-identity-trust-roots", "linkerd-config",
}

// references returns all references of a template, in the order of its fields.
func references(t *inventory.Template) []reference {
	var all []reference
	add := func(r reference) {
		if r.name != "" && !(r.kind == configMap && slices.Contains(published, r.name)) {
			all = append(all, r)
		}
	}
	for _, c := range t.All() {
		for i := range c.EnvFrom {
			from := &c.EnvFrom[i]
			if m := from.ConfigMapRef; m != nil {
				add(reference{kind: configMap, name: m.Name, optional: isTrue(m.Optional), use: "envFrom", container: c.Name})
			}
			if s := from.SecretRef; s != nil {
				add(reference{kind: secret, name: s.Name, optional: isTrue(s.Optional), use: "envFrom", container: c.Name})
			}
		}
		for i := range c.Env {
			from := c.Env[i].ValueFrom
			if from == nil {
				continue
			}
			use := "env " + c.Env[i].Name
			if m := from.ConfigMapKeyRef; m != nil {
				add(reference{kind: configMap, name: m.Name, key: m.Key, optional: isTrue(m.Optional), use: use, container: c.Name})
			}
			if s := from.SecretKeyRef; s != nil {
				add(reference{kind: secret, name: s.Name, key: s.Key, optional: isTrue(s.Optional), use: use, container: c.Name})
			}
		}
	}
	for i := range t.Spec.Volumes {
		for _, r := range volumeReferences(&t.Spec.Volumes[i]) {
			add(r)
		}
	}
	for _, s := range t.Spec.ImagePullSecrets {
		add(reference{kind: secret, name: s.Name, use: "imagePullSecrets", pull: true})
	}
	return all
}

func volumeReferences(v *corev1.Volume) []reference {
	var all []reference
	add := func(kind, name string, optional *bool, items []corev1.KeyToPath) {
		r := reference{kind: kind, name: name, optional: isTrue(optional), use: "volume " + v.Name, volume: v.Name}
		if len(items) == 0 {
			all = append(all, r)
		}
		for _, item := range items {
			r.key = item.Key
			all = append(all, r)
		}
	}
	if m := v.ConfigMap; m != nil {
		add(configMap, m.Name, m.Optional, m.Items)
	}
	if s := v.Secret; s != nil {
		add(secret, s.SecretName, s.Optional, s.Items)
	}
	if v.Projected != nil {
		for i := range v.Projected.Sources {
			if m := v.Projected.Sources[i].ConfigMap; m != nil {
				add(configMap, m.Name, m.Optional, m.Items)
			}
			if s := v.Projected.Sources[i].Secret; s != nil {
				add(secret, s.Name, s.Optional, s.Items)
			}
		}
	}
	return all
}

func isTrue(b *bool) bool { return b != nil && *b }

// listed reports whether a kind's objects can be judged by existence. Secrets are
// listed only on request.
func listed(p *audit.Pass, kind string) bool {
	return kind != secret || p.Asked(inventory.Secrets)
}

// unread says why an object of a kind may exist although it was not read, empty
// if it cannot.
func unread(p *audit.Pass, namespace, kind string) string {
	resource := inventory.ConfigMaps
	if kind == secret {
		resource = inventory.Secrets
	}
	return p.WhyIncomplete(namespace, resource)
}

// operated names the custom resource of which an operator may make an object,
// empty where none is known.
func operated(p *audit.Pass, namespace, name string) string {
	operator := p.Operator(namespace, name)
	if operator == nil {
		return ""
	}
	return "the operator of " + operator.Kind + " " + operator.Name + " may make " + name
}
