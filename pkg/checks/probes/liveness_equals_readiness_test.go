package probes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// A gRPC service that is not named is that of the empty name.
func TestAsksTheSameGRPC(t *testing.T) {
	empty, named := "", "ready"
	grpc := func(service *string) *corev1.Probe {
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: 9000, Service: service}}}
	}
	c := &corev1.Container{}
	if !asksTheSame(c, grpc(nil), grpc(&empty)) {
		t.Error("no service and the empty one differ")
	}
	if asksTheSame(c, grpc(nil), grpc(&named)) {
		t.Error("no service and a named one are the same")
	}
	if asksTheSame(c, &corev1.Probe{}, &corev1.Probe{}) {
		t.Error("probes without a handler are the same")
	}
}
