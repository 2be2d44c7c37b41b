package audit

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A finding names the first three pods of its faults, the worst fault's first.
func TestPodsOfAFinding(t *testing.T) {
	pods := make([]*inventory.Pod, 5)
	for i := range pods {
		pods[i] = &inventory.Pod{Object: inventory.Object{Name: fmt.Sprintf("web-%d", i)}, Node: fmt.Sprintf("node-%d", i)}
	}
	f := &failure{check: &Check{ID: "c", Severity: api.High}, own: []Fault{
		{Container: "a", Severity: api.Low, Pods: pods[:2], Message: "m"},
		{Container: "b", Pods: []*inventory.Pod{pods[4], pods[1]}, Message: "m", Evidence: api.Evidence{"pods": 2}},
		{Container: "c", Severity: api.Low, Pods: pods[3:4], Message: "m"},
	}}
	want := api.Evidence{
		"containers": []string{"b", "a", "c"}, "pods": 2,
		"podNames": []string{"web-4", "web-1", "web-0"}, "podNodes": []string{"node-4", "node-1", "node-0"},
	}
	if got := f.finding(&inventory.Object{Name: "web"}, f.own, nil).Evidence; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
