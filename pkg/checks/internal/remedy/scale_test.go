package remedy

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestSecondReplica(t *testing.T) {
	claim := &inventory.Template{Spec: corev1.PodSpec{Volumes: []corev1.Volume{
		{VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{}}},
	}}}
	owned := &inventory.Owner{APIVersion: "example.org/v1", Kind: "App", Name: "shop"}
	for name, test := range map[string]struct {
		change func(w *inventory.Workload)
		want   string
	}{
		"alone":  {func(*inventory.Workload) {}, "run two: kubectl -n a scale deployment/web --replicas=2"},
		"volume": {func(w *inventory.Workload) { w.Templates = []*inventory.Template{claim} }, "run two, once they can share its PersistentVolumeClaim (ReadWriteMany) or need none"},
		"owned":  {func(w *inventory.Workload) { w.Owner = owned }, "run two, in App shop, which owns it and may revert a change"},
		"autoscaled": {
			func(w *inventory.Workload) {
				w.Autoscalers = []*inventory.HorizontalPodAutoscaler{{Object: inventory.Object{Kind: "HorizontalPodAutoscaler", Namespace: "a", Name: "web"}, Max: 5}}
			},
			`run two under its autoscaler: kubectl -n a patch horizontalpodautoscaler/web --patch '{"spec":{"maxReplicas":5,"minReplicas":2}}'`,
		},
		"autoscaler of another": {
			func(w *inventory.Workload) {
				w.Autoscalers = []*inventory.HorizontalPodAutoscaler{{Object: inventory.Object{Owner: owned}}}
			},
			"run two under its autoscaler, in App shop, which owns it and may revert a change",
		},
		"DaemonSet": {func(w *inventory.Workload) { w.Kind = "DaemonSet" }, "run two"},
	} {
		w := &inventory.Workload{Object: inventory.Object{Kind: "Deployment", Namespace: "a", Name: "web"}}
		test.change(w)
		fix := SecondReplica(w, "run two")
		if got := strings.TrimSuffix(fix.Advice+": "+fix.Command.String(), ": "); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}
