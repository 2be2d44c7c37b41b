package collect

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/utils/ptr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func projectService(s *corev1.Service) *inventory.Service {
	return &inventory.Service{
		Object: objectOf("v1", "Service", s), Selector: s.Spec.Selector,
		Headless: s.Spec.ClusterIP == corev1.ClusterIPNone, BreaksCircuits: breaksCircuits(s),
		External:          s.Spec.Type == corev1.ServiceTypeExternalName,
		PublishesNotReady: s.Spec.PublishNotReadyAddresses, Ports: s.Spec.Ports, MetricsOnly: metricsOnly(s),
		Exposed: s.Spec.Type == corev1.ServiceTypeNodePort || s.Spec.Type == corev1.ServiceTypeLoadBalancer || len(s.Spec.ExternalIPs) > 0,
	}
}

// breaksCircuits reports whether Linkerd's failure accrual is set on the
// Service.
func breaksCircuits(s *corev1.Service) bool {
	_, set := s.Annotations[failureAccrualAnnotation]
	return set
}

func projectEndpointSlice(s *discoveryv1.EndpointSlice) *inventory.EndpointSlice {
	slice := &inventory.EndpointSlice{
		Object:  objectOf("discovery.k8s.io/v1", "EndpointSlice", s),
		Service: s.Labels[discoveryv1.LabelServiceName], ManagedBy: s.Labels[discoveryv1.LabelManagedBy],
		AddressType: s.AddressType, Generation: s.Generation,
		Endpoints: make([]inventory.Endpoint, 0, len(s.Endpoints)),
	}
	slice.Labels = nil
	if at, err := time.Parse(time.RFC3339Nano, s.Annotations[triggerAnnotation]); err == nil {
		slice.Triggered = at
	}
	for _, e := range s.Endpoints {
		endpoint := inventory.Endpoint{
			Node: ptr.Deref(e.NodeName, ""), Zone: ptr.Deref(e.Zone, ""),
			// Both are nil in slices that people write: nil means serving.
			Serving:     ptr.Deref(e.Conditions.Serving, ptr.Deref(e.Conditions.Ready, true)),
			Terminating: ptr.Deref(e.Conditions.Terminating, false),
		}
		if ref := e.TargetRef; ref != nil && ref.Kind == "Pod" {
			endpoint.PodName = ref.Name
		}
		slice.Endpoints = append(slice.Endpoints, endpoint)
	}
	return slice
}
