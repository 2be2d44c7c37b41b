package inventory

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestStartsAgain(t *testing.T) {
	never, onFailure := corev1.ContainerRestartPolicyNever, corev1.ContainerRestartPolicyOnFailure
	ruled := &corev1.Container{Name: "c", RestartPolicy: &never, RestartPolicyRules: []corev1.ContainerRestartRule{{
		Action:    corev1.ContainerRestartRuleActionRestart,
		ExitCodes: &corev1.ContainerRestartRuleOnExitCodes{Operator: corev1.ContainerRestartRuleOnExitCodesOpIn, Values: []int32{42}},
	}}}
	plain := &corev1.Container{Name: "c"}
	for _, test := range []struct {
		pod  corev1.RestartPolicy
		spec *corev1.Container
		kind ContainerKind
		code int32
		want bool
	}{
		{corev1.RestartPolicyAlways, plain, App, 0, true},
		{corev1.RestartPolicyAlways, plain, Init, 0, false},
		{corev1.RestartPolicyAlways, plain, Init, 1, true},
		{corev1.RestartPolicyAlways, plain, Ephemeral, 1, false},
		{corev1.RestartPolicyOnFailure, plain, App, 0, false},
		{corev1.RestartPolicyOnFailure, plain, App, 1, true},
		{corev1.RestartPolicyNever, plain, App, 1, false},
		{corev1.RestartPolicyAlways, &corev1.Container{Name: "c", RestartPolicy: &never}, App, 1, false},
		{corev1.RestartPolicyAlways, &corev1.Container{Name: "c", RestartPolicy: &onFailure}, App, 0, false},
		{corev1.RestartPolicyNever, &corev1.Container{Name: "c", RestartPolicy: &onFailure}, App, 1, true},
		{corev1.RestartPolicyNever, ruled, App, 42, true},
		{corev1.RestartPolicyNever, ruled, App, 1, false},
	} {
		pod := &Pod{Template: &Template{Spec: corev1.PodSpec{RestartPolicy: test.pod, Containers: []corev1.Container{*test.spec}}}}
		c := &Container{ContainerIdentity: &ContainerIdentity{Name: "c", Kind: test.kind}}
		if got := pod.StartsAgain(c, &Termination{ExitCode: test.code}); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}

// A container whose own policy does not start it again is meant to end.
func TestLongRunning(t *testing.T) {
	always, never := corev1.ContainerRestartPolicyAlways, corev1.ContainerRestartPolicyNever
	spec := corev1.PodSpec{
		RestartPolicy:  corev1.RestartPolicyAlways,
		InitContainers: []corev1.Container{{Name: "setup"}, {Name: "proxy", RestartPolicy: &always}},
		Containers:     []corev1.Container{{Name: "app"}, {Name: "warm-up", RestartPolicy: &never}},
	}
	indexed := &Template{Spec: spec}
	indexed.index()
	for _, template := range []*Template{{Spec: spec}, indexed} {
		var names string
		for _, c := range template.LongRunning() {
			names += c.Name + " "
		}
		if names != "proxy app " {
			t.Errorf("%s", names)
		}
	}
}
