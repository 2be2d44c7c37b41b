package collect

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/internal/untyped"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// announcer describes custom resources whose controller makes a Secret or
// ConfigMap.
type announcer struct {
	// group is a pattern for path.Match, because some projects have one group for
	// each part.
	group, kind string
	// makes is the kind of the made object, empty for Secret.
	makes string
	// name is the field that names the made object. If the field is empty or not
	// given, the object has the name of the custom resource.
	name string
	// asked are annotations, one of which must be set.
	asked []string
	// everywhere is set if the object is also made in other namespaces.
	everywhere bool
}

const configMapKind, secretKind = "ConfigMap", "Secret"

// announcers lists kinds in wide use.
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
	// Resources of Crossplane, and others that follow its model.
	{group: "*", kind: "*", name: "spec.writeConnectionSecretToRef.name"},
}

// announcedBy returns the Secrets and ConfigMaps that a custom resource
// announces.
func announcedBy(self *inventory.Object, o *unstructured.Unstructured) []*inventory.ConfigSource {
	var all []*inventory.ConfigSource
	for _, a := range announcers {
		annotations := o.GetAnnotations()
		asked := func(annotation string) bool { return annotations[annotation] != "" }
		if !matches(a.group, self.Group()) || !matches(a.kind, self.Kind) || len(a.asked) > 0 && !slices.ContainsFunc(a.asked, asked) {
			continue
		}
		names := textsAt(o.Object, strings.Split(a.name, "."))
		if len(names) == 0 && a.kind != "*" {
			names = []string{self.Name}
		}
		namespace := self.Namespace
		if a.everywhere {
			namespace = ""
		}
		for _, name := range names {
			all = append(all, announced(cmp.Or(a.makes, secretKind), namespace, name))
		}
	}
	return all
}

func matches(pattern, name string) bool {
	matched, err := path.Match(pattern, name)
	return matched && err == nil
}

// announced returns an object about which nothing is known but that it exists.
func announced(kind, namespace, name string) *inventory.ConfigSource {
	return &inventory.ConfigSource{Object: inventory.Object{APIVersion: "v1", Kind: kind, Namespace: namespace, Name: name}}
}

// textsAt returns the texts below a path. It visits each item of a list.
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

// Annotations by which a Service asks OpenShift for a certificate, and an
// Ingress asks cert-manager.
var (
	servingCertAnnotations = []string{
		"service.beta.openshift.io/serving-cert-secret-name", "service.alpha.openshift.io/serving-cert-secret-name",
	}
	issuerAnnotations = []string{"cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme"}
)

// AddRequested keeps what an object asks controllers to make. Call it before the
// object is trimmed.
func (f *Facts) AddRequested(obj runtime.Object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch o := obj.(type) {
	case *corev1.Service:
		for _, annotation := range servingCertAnnotations {
			if name := o.Annotations[annotation]; name != "" {
				f.announced = append(f.announced, announced(secretKind, o.Namespace, name))
			}
		}
	case *networkingv1.Ingress:
		if !slices.ContainsFunc(issuerAnnotations, func(a string) bool { return o.Annotations[a] != "" }) {
			return
		}
		for _, tls := range o.Spec.TLS {
			f.announced = append(f.announced, announced(secretKind, o.Namespace, tls.SecretName))
		}
	case *autoscalingv2.HorizontalPodAutoscaler:
		f.scaling = append(f.scaling, projectAutoscaler(o))
	}
}

// configsOf returns the ConfigMaps and Secrets that were read or announced. If
// one was read twice with different keys, its keys are unknown, because files
// may contain two for different installations.
func configsOf(f *Facts) []*inventory.ConfigSource {
	configs := copies(f.configs)
	for _, s := range f.configs {
		if last := inventory.Find(configs, s.Namespace, s.Kind, s.Name); last.UID == s.UID && !slices.Equal(s.Keys, last.Keys) {
			last.Keys = nil
		}
	}
	type name struct{ kind, namespace, name string }
	known := map[name]bool{}
	for _, s := range configs {
		known[name{s.Kind, s.Namespace, s.Name}] = true
	}
	for _, s := range f.announced {
		if n := (name{s.Kind, s.Namespace, s.Name}); !known[n] {
			known[n] = true
			configs = append(configs, s)
		}
	}
	return configs
}

// maxTemplates limits how many templates of one custom resource are read.
const maxTemplates = 32

// makersOf finds the labels in the templates of a custom resource, at any place
// in its spec.
func makersOf(o inventory.Object, spec any) []*inventory.Maker {
	var all []*inventory.Maker
	var find func(value any, depth int)
	find = func(value any, depth int) {
		const deepest = 8
		if depth > deepest || len(all) == maxTemplates {
			return
		}
		switch v := value.(type) {
		case map[string]any:
			if labels := textsOf(untyped.Object(untyped.Object(v, "metadata"), "labels")); len(labels) > 0 {
				all = append(all, &inventory.Maker{Object: o, Labels: labels})
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

// AddForeign keeps what an object of a kind that no check reads says about other
// objects.
func (f *Facts) AddForeign(namespace string, o *unstructured.Unstructured) {
	f.mu.Lock()
	defer f.mu.Unlock()
	self := inventory.Object{
		APIVersion: o.GetAPIVersion(), Kind: o.GetKind(), Namespace: namespace, Name: o.GetName(), UID: o.GetUID(),
	}
	f.announced = append(f.announced, announcedBy(&self, o)...)
	if scaler := scalerOf(&self, o); scaler != nil {
		f.scalers = append(f.scalers, scaler)
	}
	if makers := makersOf(self, o.Object["spec"]); len(makers) > 0 {
		f.makers = append(f.makers, makers...)
	} else if runsPods(o.Object["spec"], 0) {
		f.operated = append(f.operated, &self)
	}
}

// podFields appear in the specs of custom resources that run pods without naming
// their labels.
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

// operatedBy returns custom resources that run pods and whose name is in a
// selector: operators label pods with it.
func operatedBy(operated []*inventory.Object, namespace string, s labels.Selector) []*inventory.Object {
	requirements, _ := s.Requirements()
	return slices.DeleteFunc(slices.Clone(operated), func(o *inventory.Object) bool {
		return o.Namespace != namespace || !slices.ContainsFunc(requirements, func(r labels.Requirement) bool {
			value, one := inventory.SingleValue(&r)
			return one && (value == o.Name || strings.HasPrefix(value, o.Name+"-") || strings.HasSuffix(value, "-"+o.Name))
		})
	})
}
