package inventory

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

const (
	configMap = "ConfigMap"
	secret    = "Secret"
)

// Reference is a place in a pod spec that names a ConfigMap or Secret.
type Reference struct {
	// Kind is ConfigMap or Secret.
	Kind, Name string
	// Key is empty for the whole object.
	Key      string
	Optional bool
	// Use names the place: "env LOG_LEVEL", "envFrom", "volume config".
	Use string
	// Container is empty if the whole pod uses it.
	Container string
	// Volume is the volume that contains the reference, if any.
	Volume string
	// Pull is set for the credentials of a registry: without them, pods still start
	// if the image can be pulled.
	Pull bool
}

// published lists ConfigMaps that the control plane or a mesh maintains in every
// namespace.
var published = []string{
	"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert", "linkerd-identity-trust-roots", "linkerd-config",
}

// Published reports whether a ConfigMap exists in every namespace without
// anybody creating it.
func Published(configMap string) bool { return slices.Contains(published, configMap) }

// References returns all references of a template, in the order of its fields.
func (t *Template) References() []Reference {
	var all []Reference
	add := func(r Reference) {
		if r.Name != "" && !(r.Kind == configMap && Published(r.Name)) {
			all = append(all, r)
		}
	}
	for _, c := range t.All() {
		for i := range c.EnvFrom {
			from := &c.EnvFrom[i]
			if m := from.ConfigMapRef; m != nil {
				add(Reference{Kind: configMap, Name: m.Name, Optional: isTrue(m.Optional), Use: "envFrom", Container: c.Name})
			}
			if s := from.SecretRef; s != nil {
				add(Reference{Kind: secret, Name: s.Name, Optional: isTrue(s.Optional), Use: "envFrom", Container: c.Name})
			}
		}
		for i := range c.Env {
			from := c.Env[i].ValueFrom
			if from == nil {
				continue
			}
			use := "env " + c.Env[i].Name
			if m := from.ConfigMapKeyRef; m != nil {
				add(Reference{Kind: configMap, Name: m.Name, Key: m.Key, Optional: isTrue(m.Optional), Use: use, Container: c.Name})
			}
			if s := from.SecretKeyRef; s != nil {
				add(Reference{Kind: secret, Name: s.Name, Key: s.Key, Optional: isTrue(s.Optional), Use: use, Container: c.Name})
			}
		}
	}
	for i := range t.Spec.Volumes {
		for _, r := range VolumeReferences(&t.Spec.Volumes[i]) {
			add(r)
		}
	}
	for _, s := range t.Spec.ImagePullSecrets {
		add(Reference{Kind: secret, Name: s.Name, Use: "imagePullSecrets", Pull: true})
	}
	return all
}

// VolumeReferences returns the references of one volume.
func VolumeReferences(v *corev1.Volume) []Reference {
	var all []Reference
	add := func(kind, name string, optional *bool, items []corev1.KeyToPath) {
		r := Reference{Kind: kind, Name: name, Optional: isTrue(optional), Use: "volume " + v.Name, Volume: v.Name}
		if len(items) == 0 {
			all = append(all, r)
		}
		for _, item := range items {
			r.Key = item.Key
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
