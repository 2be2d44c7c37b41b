package collect

import (
	"cmp"
	"path"
	"slices"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

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
