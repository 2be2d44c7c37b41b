package resources

import (
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func TestExceeds(t *testing.T) {
	for _, test := range []struct {
		limit, request string
		ratio          int
		want           bool
	}{
		{"1Gi", "512Mi", 200, false},
		{"1025Mi", "512Mi", 200, true},
		{"1Gi", "512Mi", 199, true},
		{"1Gi", "1Gi", 100, false},
		{"1Gi", "0", 200, false},
		{"0", "1Gi", 200, false},
		{"8Ei", "1Ei", 200, true},
	} {
		if got := exceeds(resource.MustParse(test.limit), resource.MustParse(test.request), test.ratio); got != test.want {
			t.Errorf("limit %s, request %s, ratio %d: %v", test.limit, test.request, test.ratio, got)
		}
	}
}

// The proposed request must end the finding, and the API server must take it.
func TestSufficientRequest(t *testing.T) {
	for _, test := range []struct {
		limit string
		ratio int
		want  string
	}{
		{"4Gi", 200, "2Gi"},
		{"1025Mi", 200, "513Mi"},
		{"1Gi", 150, "683Mi"},
		{"1Gi", 100, "1Gi"},
		{"1Gi", 0, "1Gi"},
		{"500k", 200, "500k"},
		{"3G", 200, "1431Mi"},
	} {
		limit := resource.MustParse(test.limit)
		got := sufficientRequest(limit, test.ratio)
		if got != test.want {
			t.Errorf("limit %s, ratio %d: %s, want %s", test.limit, test.ratio, got, test.want)
		}
		if request := resource.MustParse(got); request.Cmp(limit) > 0 || exceeds(limit, request, max(test.ratio, 100)) {
			t.Errorf("limit %s, ratio %d: %s does not do", test.limit, test.ratio, got)
		}
	}
}

// A LimitRange that was not read may give a limit to what never ran.
func TestFarAboveRequestWithoutLimitRanges(t *testing.T) {
	unlimited := &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}}}}
	admitted := &inventory.Template{Spec: unlimited.Spec, Admitted: true}
	unread := &audit.Pass{Cluster: &inventory.Inventory{Reads: []inventory.Read{
		{Resource: inventory.LimitRanges, State: inventory.Unreadable, Reason: "forbidden"},
	}}}
	for _, test := range []struct {
		template *inventory.Template
		want     audit.Verdict
	}{
		{unlimited, audit.Unknown("limitranges: forbidden")},
		{admitted, audit.Faults()},
	} {
		w := &inventory.Workload{Templates: []*inventory.Template{test.template}}
		if got := memoryLimitFarAboveRequest(unread, w); !reflect.DeepEqual(got, test.want) {
			t.Errorf("admitted %v: %+v", test.template.Admitted, got)
		}
	}
}
