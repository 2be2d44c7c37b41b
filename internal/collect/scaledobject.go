package collect

import (
	"cmp"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// scalerOf returns the autoscaler that KEDA makes from a ScaledObject, nil if
// the object is not a ScaledObject.
func scalerOf(self *inventory.Object, o *unstructured.Unstructured) *inventory.HorizontalPodAutoscaler {
	var scaled struct {
		Spec struct {
			Target autoscalingv2.CrossVersionObjectReference `json:"scaleTargetRef"`
			Min    *int32                                    `json:"minReplicaCount"`
			Max    *int32                                    `json:"maxReplicaCount"`
		} `json:"spec"`
	}
	if self.Group() != "keda.sh" || self.Kind != "ScaledObject" ||
		runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &scaled) != nil {
		return nil
	}
	const most = 100 // KEDA's default
	target := scaled.Spec.Target
	target.APIVersion, target.Kind = cmp.Or(target.APIVersion, "apps/v1"), cmp.Or(target.Kind, "Deployment")
	return &inventory.HorizontalPodAutoscaler{
		Object: inventory.Object{
			APIVersion: "autoscaling/v2", Kind: "HorizontalPodAutoscaler", Namespace: self.Namespace, Name: "keda-hpa-" + self.Name,
			Owner: &inventory.Owner{APIVersion: self.APIVersion, Kind: self.Kind, Name: self.Name, UID: self.UID},
		},
		Target: target, Min: ptr.Deref(scaled.Spec.Min, 0), Max: ptr.Deref(scaled.Spec.Max, most),
	}
}
