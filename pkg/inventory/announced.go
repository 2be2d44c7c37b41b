package inventory

import (
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory/internal/manifest"
)

// announcer is a custom resource whose controller makes a Secret or ConfigMap.
type announcer struct {
	// group is a pattern, as of path.Match: some have one for each part.
	group, kind string
	// makes is the kind of what is made, a Secret unless it says so.
	makes string
	// name is where it is named; where that is empty or says nothing, it has the
	// announcer's own name.
	name string
	// asked are annotations of which one must be set.
	asked []string
	// everywhere is set where it is made in other namespaces, too.
	everywhere bool
}

const configMapKind, secretKind = "ConfigMap", "Secret"

// announcers are those in wide use.
var announcers = []announcer{
	{group: "cert-manager.io", kind: "Certificate", name: "spec.secretName"},
	{group: "gateway.networking.k8s.io", kind: "*", name: "spec.listeners.tls.certificateRefs.name", asked: issuerAnnotations},
	{group: "external-secrets.io", kind: "ExternalSecret", name: "spec.target.name"},
	{group: "external-secrets.io", kind: "ClusterExternalSecret", name: "spec.externalSecretSpec.target.name", everywhere: true},
	{group: "external-secrets.io", kind: "ClusterExternalSecret", name: "spec.externalSecretName", everywhere: true},
	{group: "kubernetes-client.io", kind: "ExternalSecret"},
	{group: "bitnami.com", kind: "SealedSecret", name: "spec.template.metadata.name"},
	{group: "isindir.github.com", kind: "SopsSecret", name: "spec.secretTemplates.name"},
	{group: "secrets-store.csi.x-k8s.io", kind: "SecretProviderClass", name: "spec.secretObjects.secretName"},
	{group: "secrets.hashicorp.com", kind: "Vault*Secret", name: "spec.destination.name"},
	{group: "ricoberger.de", kind: "VaultSecret"},
	{group: "onepassword.com", kind: "OnePasswordItem"},
	{group: "spv.no", kind: "AzureKeyVaultSecret", name: "spec.output.secret.name"},
	{group: "secrets.doppler.com", kind: "DopplerSecret", name: "spec.managedSecret.name"},
	{group: "secrets.infisical.com", kind: "InfisicalSecret", name: "spec.managedSecretReference.secretName"},
	{group: "trust.cert-manager.io", kind: "Bundle", makes: configMapKind, everywhere: true},
	{group: "trust.cert-manager.io", kind: "Bundle", everywhere: true},
	{group: "objectbucket.io", kind: "ObjectBucketClaim"},
	{group: "objectbucket.io", kind: "ObjectBucketClaim", makes: configMapKind},
	{group: "kafka.strimzi.io", kind: "KafkaUser"},
	{group: "mongodbcommunity.mongodb.com", kind: "MongoDBCommunity", name: "spec.users.connectionStringSecretName"},
	{group: "secretgenerator.mittwald.de", kind: "*Secret"},
	{group: "servicebinding.io", kind: "ServiceBinding", name: "status.binding.name"},
	{group: "binding.operators.coreos.com", kind: "ServiceBinding", name: "status.secret"},
	{group: "servicecatalog.k8s.io", kind: "ServiceBinding", name: "spec.secretName"},
	{group: "services.cloud.sap.com", kind: "ServiceBinding", name: "spec.secretName"},
	// Crossplane's resources, and others of its model.
	{group: "*", kind: "*", name: "spec.writeConnectionSecretToRef.name"},
}

// announcedBy are the Secrets and ConfigMaps that a custom resource announces.
func announcedBy(o manifest.Object, group, namespace string, fields map[string]any) []*ConfigSource {
	var all []*ConfigSource
	for _, a := range announcers {
		annotations := nested(nested(fields, "metadata"), "annotations")
		asked := func(annotation string) bool { return annotations[annotation] != nil }
		if !matches(a.group, group) || !matches(a.kind, o.Kind) || len(a.asked) > 0 && !slices.ContainsFunc(a.asked, asked) {
			continue
		}
		names := textsAt(fields, strings.Split(a.name, "."))
		if len(names) == 0 && a.kind != "*" {
			names = []string{o.Metadata.Name}
		}
		if a.everywhere {
			namespace = ""
		}
		for _, name := range names {
			all = append(all, announced(valueOrDefault(a.makes, secretKind), namespace, name))
		}
	}
	return all
}

func matches(pattern, name string) bool {
	matched, err := path.Match(pattern, name)
	return matched && err == nil
}

// announced is one of which no more is known than that it exists.
func announced(kind, namespace, name string) *ConfigSource {
	return &ConfigSource{Object: Object{APIVersion: "v1", Kind: kind, Namespace: namespace, Name: name}}
}

// textsAt are the texts below a path, of each item where there is a list.
func textsAt(value any, path []string) []string {
	switch v := value.(type) {
	case string:
		if len(path) == 0 && v != "" {
			return []string{v}
		}
	case map[string]any:
		if len(path) > 0 {
			return textsAt(v[path[0]], path[1:])
		}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, textsAt(item, path)...)
		}
		return all
	}
	return nil
}

// Annotations by which a Service asks OpenShift for a certificate, and an Ingress
// cert-manager.
var (
	servingCertAnnotations = []string{
		"service.beta.openshift.io/serving-cert-secret-name", "service.alpha.openshift.io/serving-cert-secret-name",
	}
	issuerAnnotations = []string{"cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme"}
)

// addRequested keeps what an object asks controllers to make. It must not be
// trimmed yet.
func (c *collector) addRequested(obj runtime.Object) {
	switch o := obj.(type) {
	case *corev1.Service:
		for _, annotation := range servingCertAnnotations {
			if name := o.Annotations[annotation]; name != "" {
				c.announced = append(c.announced, announced(secretKind, o.Namespace, name))
			}
		}
	case *networkingv1.Ingress:
		if !slices.ContainsFunc(issuerAnnotations, func(a string) bool { return o.Annotations[a] != "" }) {
			return
		}
		for _, tls := range o.Spec.TLS {
			c.announced = append(c.announced, announced(secretKind, o.Namespace, tls.SecretName))
		}
	}
}

// addAnnounced adds what was announced and not read.
func (c *collector) addAnnounced() {
	for _, s := range c.announced {
		if known := c.configs[configKey{s.Kind, s.Namespace, s.Name}]; known == nil {
			c.addConfig(s)
		}
	}
}

// maker is a custom resource with labels that its pods may have.
type maker struct {
	Object
	labels map[string]string
}

// maxTemplates is how many templates of one custom resource are looked at.
const maxTemplates = 32

// makersOf finds the labels in the templates of a custom resource, wherever they
// stand in its spec.
func makersOf(o Object, spec any) []*maker {
	var all []*maker
	var find func(value any, depth int)
	find = func(value any, depth int) {
		const deepest = 8
		if depth > deepest || len(all) == maxTemplates {
			return
		}
		switch v := value.(type) {
		case map[string]any:
			if labels := textsOf(nested(nested(v, "metadata"), "labels")); len(labels) > 0 {
				all = append(all, &maker{o, labels})
			}
			for _, name := range slices.Sorted(maps.Keys(v)) {
				find(v[name], depth+1)
			}
		case []any:
			for _, item := range v {
				find(item, depth+1)
			}
		}
	}
	find(spec, 0)
	return all
}

func textsOf(object map[string]any) map[string]string {
	texts := map[string]string{}
	for name, value := range object {
		if s, ok := value.(string); ok {
			texts[name] = s
		}
	}
	return texts
}

// addForeign keeps what an object of a kind that no check reads says of others.
func (c *collector) addForeign(o manifest.Object, group, namespace string) {
	var fields map[string]any
	if decode(o, &fields) != nil {
		return
	}
	self := Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: namespace, Name: o.Metadata.Name}
	self.UID = types.UID(text(nested(fields, "metadata"), "uid"))
	c.announced = append(c.announced, announcedBy(o, group, namespace, fields)...)
	if scaler := scalerOf(o, group, self); scaler != nil {
		c.scalers = append(c.scalers, scaler)
	}
	if makers := makersOf(self, fields["spec"]); len(makers) > 0 {
		c.makers = append(c.makers, makers...)
	} else if runsPods(fields["spec"], 0) {
		c.operated = append(c.operated, &self)
	}
}

// podFields are in the specs of custom resources that run pods without saying how
// these are labelled.
var podFields = []string{"replicas", "instances", "numberOfInstances", "members", "count", "size", "image", "containers"}

func runsPods(value any, depth int) bool {
	const deepest = 3
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if slices.Contains(podFields, name) || depth < deepest && runsPods(inner, depth+1) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return depth < deepest && runsPods(item, depth+1) })
	}
	return false
}

// operatedBy are custom resources that run pods and whose name is in a selector:
// operators label pods by it.
func operatedBy(operated []*Object, namespace string, s labels.Selector) []*Object {
	requirements, _ := s.Requirements()
	return slices.DeleteFunc(slices.Clone(operated), func(o *Object) bool {
		return o.Namespace != namespace || !slices.ContainsFunc(requirements, func(r labels.Requirement) bool {
			value, one := onlyValue(&r)
			return one && (value == o.Name || strings.HasPrefix(value, o.Name+"-") || strings.HasSuffix(value, "-"+o.Name))
		})
	})
}

// Operator is a custom resource in files that runs pods and after which something
// in its namespace is named: most likely its controller makes that. It is nil where
// there is none.
func (inv *Inventory) Operator(namespace, name string) *Object {
	// Some put the name between dots.
	words := strings.NewReplacer(".", "-")
	for _, o := range inv.operated {
		if o.Namespace == namespace && strings.Contains("-"+words.Replace(name)+"-", "-"+words.Replace(o.Name)+"-") {
			return o
		}
	}
	return nil
}
