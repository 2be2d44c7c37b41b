package probes

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"mvdan.cc/sh/v3/shell"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// applied is a Deployment's pod spec after the command of a fix.
func applied(t *testing.T, spec corev1.PodSpec, fix audit.Fix) (corev1.PodSpec, error) {
	t.Helper()
	words, err := shell.Fields(fix.Command.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(words[:6], " "), "kubectl -n shop patch deployment/cart --patch"; got != want {
		t.Fatalf("command %q, want %q", got, want)
	}
	before, err := json.Marshal(appsv1.Deployment{Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: spec}}})
	if err != nil {
		t.Fatal(err)
	}
	// kubectl turns the patch from YAML into JSON, which makes a string of a
	// bare word.
	patch := strings.ReplaceAll(words[6], ":PROBE", `:"PROBE"`)
	after, err := strategicpatch.StrategicMergePatch(before, []byte(patch), appsv1.Deployment{})
	if err != nil {
		t.Fatal(err)
	}
	var d appsv1.Deployment
	err = json.Unmarshal(after, &d)
	return d.Spec.Template.Spec, err
}

func TestFixesApply(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	spec := corev1.PodSpec{
		InitContainers: []corev1.Container{{
			Name: "proxy", Image: "proxy:2", RestartPolicy: &always,
			Ports: []corev1.ContainerPort{{ContainerPort: 53, Protocol: corev1.ProtocolUDP}, {ContainerPort: 4191}},
		}},
		Containers: []corev1.Container{
			{Name: "app", Image: "cart:1", Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}}},
			{Name: "worker", Image: "cart:1"},
		},
	}
	template := &inventory.Template{Spec: spec}
	w := &inventory.Workload{
		Object:    inventory.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "shop", Name: "cart"},
		Templates: []*inventory.Template{template},
	}
	connectTo := func(port intstr.IntOrString, failures int32) *corev1.Probe {
		return &corev1.Probe{
			ProbeHandler:     corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: port}},
			FailureThreshold: failures,
		}
	}

	want := spec.DeepCopy()
	want.Containers[0].LivenessProbe = connectTo(intstr.FromString("http"), 0)
	want.Containers[0].StartupProbe = connectTo(intstr.FromString("http"), startPatience)
	got, err := applied(t, spec, notRestarted(&audit.Pass{}, w, template, &spec.Containers[0]).Fix)
	if diff := cmp.Diff(*want, got); err != nil || diff != "" {
		t.Errorf("app: %v (-want +got):\n%s", err, diff)
	}

	want = spec.DeepCopy()
	want.InitContainers[0].LivenessProbe = connectTo(intstr.FromInt32(4191), 0)
	want.InitContainers[0].StartupProbe = connectTo(intstr.FromInt32(4191), startPatience)
	got, err = applied(t, spec, notRestarted(&audit.Pass{}, w, template, &spec.InitContainers[0]).Fix)
	if diff := cmp.Diff(*want, got); err != nil || diff != "" {
		t.Errorf("sidecar: %v (-want +got):\n%s", err, diff)
	}

	// Where a human must decide, nothing may go through by itself.
	if _, err := applied(t, spec, notRestarted(&audit.Pass{}, w, template, &spec.Containers[1]).Fix); err == nil {
		t.Error("the placeholder PROBE is taken for a probe")
	}
	got, err = applied(t, spec, unasked(w, &serving.Gap{Template: template}).Fix)
	if err == nil {
		t.Errorf("the placeholder PROBE is taken for a probe: %v", got)
	}
}

func TestConnect(t *testing.T) {
	number, name := intstr.FromInt32(8080), intstr.FromString(`a"b`)
	for _, test := range []struct {
		port *intstr.IntOrString
		more string
		want string
	}{
		{nil, "", `PROBE`},
		{&number, "", `{"tcpSocket":{"port":8080}}`},
		{&number, `,"periodSeconds":5`, `{"tcpSocket":{"port":8080},"periodSeconds":5}`},
		{&name, "", `{"tcpSocket":{"port":"a\"b"}}`},
	} {
		if got := connect(test.port, test.more); got != test.want {
			t.Errorf("%v: %s, want %s", test.port, got, test.want)
		}
	}
}
