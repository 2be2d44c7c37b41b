package inventory

import (
	"cmp"

	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory/internal/manifest"
)

// scalerOf is the autoscaler that KEDA makes of a ScaledObject, nil if the object
// is none.
func scalerOf(o manifest.Object, group string, self Object) *HorizontalPodAutoscaler {
	var scaled struct {
		Spec struct {
			Target autoscalingv2.CrossVersionObjectReference `json:"scaleTargetRef"`
			Min    *int32                                    `json:"minReplicaCount"`
			Max    *int32                                    `json:"maxReplicaCount"`
		} `json:"spec"`
	}
	if group != "keda.sh" || o.Kind != "ScaledObject" || decode(o, &scaled) != nil {
		return nil
	}
	const most = 100 // KEDA's default
	target := scaled.Spec.Target
	target.APIVersion, target.Kind = cmp.Or(target.APIVersion, "apps/v1"), cmp.Or(target.Kind, "Deployment")
	return &HorizontalPodAutoscaler{
		Object: Object{
			APIVersion: "autoscaling/v2", Kind: "HorizontalPodAutoscaler", Namespace: self.Namespace, Name: "keda-hpa-" + self.Name,
			Owner: &Owner{APIVersion: self.APIVersion, Kind: self.Kind, Name: self.Name, UID: self.UID},
		},
		Target: target, Min: valueOr(scaled.Spec.Min, 0), Max: valueOr(scaled.Spec.Max, most),
	}
}
