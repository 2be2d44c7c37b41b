package printers

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// shortNames are kubectl's names for the kinds that checks judge most.
var shortNames = map[schema.GroupKind]string{
	{Group: "apps", Kind: "Deployment"}:                     "deploy",
	{Group: "apps", Kind: "StatefulSet"}:                    "sts",
	{Group: "apps", Kind: "DaemonSet"}:                      "ds",
	{Group: "apps", Kind: "ReplicaSet"}:                     "rs",
	{Kind: "ReplicationController"}:                         "rc",
	{Kind: "Service"}:                                       "svc",
	{Kind: "Namespace"}:                                     "ns",
	{Group: "autoscaling", Kind: "HorizontalPodAutoscaler"}: "hpa",
	{Group: "policy", Kind: "PodDisruptionBudget"}:          "pdb",
}

// objectName formats an object as kubectl accepts it, and adds its container:
// deploy/cart (app).
func objectName(o api.Object) string {
	kind, found := shortNames[schema.FromAPIVersionAndKind(o.APIVersion, o.Kind).GroupKind()]
	if !found {
		kind = strings.ToLower(o.Kind)
	}
	name := kind + "/" + o.Name
	if o.Container != "" {
		name += " (" + o.Container + ")"
	}
	return name
}

// namespacedName is objectName with the namespace of the object: shop/deploy/cart (app).
func namespacedName(o api.Object) string {
	if o.Namespace == "" {
		return objectName(o)
	}
	return o.Namespace + "/" + objectName(o)
}

// ShortName returns kubectl's short name of an object's kind, empty if checks rarely judge
// it.
func ShortName(o api.Object) string {
	return shortNames[schema.FromAPIVersionAndKind(o.APIVersion, o.Kind).GroupKind()]
}
