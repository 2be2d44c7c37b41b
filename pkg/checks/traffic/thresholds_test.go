package traffic

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestTolerable(t *testing.T) {
	for _, test := range []struct{ percent, of, want int }{
		{25, 1, 0}, {25, 3, 0}, {25, 4, 1}, {25, 7, 1}, {25, 8, 2}, {0, 100, 0}, {100, 3, 3}, {25, 0, 0},
	} {
		if got := tolerable(test.percent, test.of); got != test.want {
			t.Errorf("%d%% of %d is %d, want %d", test.percent, test.of, got, test.want)
		}
	}
}

func TestOutOfService(t *testing.T) {
	pass := &audit.Pass{Now: noon}
	slow := &corev1.Probe{FailureThreshold: 120, PeriodSeconds: 10}
	for name, test := range map[string]struct {
		idle, age time.Duration
		startup   *corev1.Probe
		want      bool
	}{
		"for the grace period":                 {15 * time.Minute, time.Hour, nil, false},
		"for longer":                           {15*time.Minute + time.Second, time.Hour, nil, true},
		"never ready":                          {0, 15*time.Minute + time.Second, nil, true},
		"as long as its probes allow a start":  {19 * time.Minute, 20*time.Minute + 20*time.Second, slow, false},
		"longer than its probes allow a start": {19 * time.Minute, 20*time.Minute + 21*time.Second, slow, true},
		"from a clock that runs ahead":         {-time.Minute, time.Hour, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			pod := &inventory.Pod{
				Object: inventory.Object{Created: noon.Add(-test.age)},
				Template: &inventory.Template{Spec: corev1.PodSpec{Containers: []corev1.Container{
					{StartupProbe: test.startup, ReadinessProbe: &corev1.Probe{PeriodSeconds: 10}},
				}}},
			}
			if test.idle != 0 {
				pod.Ready.Since = noon.Add(-test.idle)
			}
			if got := len(outOfService(pass, []*inventory.Pod{pod})) > 0; got != test.want {
				t.Errorf("out of service is %v, want %v", got, test.want)
			}
		})
	}
}

func TestSettled(t *testing.T) {
	pass := &audit.Pass{Now: noon}
	const grace = 15 * time.Minute
	long := noon.Add(-grace - time.Second)
	for name, test := range map[string]struct {
		pod  inventory.Pod
		want bool
	}{
		"as ever":         {inventory.Pod{Object: inventory.Object{Created: long}, Ready: inventory.Condition{Since: long}}, true},
		"new":             {inventory.Pod{Object: inventory.Object{Created: noon.Add(-grace)}, Ready: inventory.Condition{Since: long}}, false},
		"changed":         {inventory.Pod{Object: inventory.Object{Created: long}, Ready: inventory.Condition{Since: noon.Add(-grace)}}, false},
		"going":           {inventory.Pod{Object: inventory.Object{Created: long, Deletion: &inventory.Deletion{At: long}}, Ready: inventory.Condition{Since: long}}, false},
		"without a time":  {inventory.Pod{}, true},
		"of no condition": {inventory.Pod{Object: inventory.Object{Created: long}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := settled(pass, &inventory.Service{Pods: []*inventory.Pod{&test.pod}}, grace); got != test.want {
				t.Errorf("settled is %v, want %v", got, test.want)
			}
		})
	}
}

// What another namespace or an unread resource may hold is not claimed to be
// absent.
func TestAbsenceIsNotClaimed(t *testing.T) {
	for name, test := range map[string]struct {
		check     *audit.Check
		example   string
		namespace string
		unread    inventory.Resource
		want      api.Outcome
	}{
		"of a DestinationRule":                 {CircuitBreakerMissing, "bad", "", "", api.Fail},
		"of one in another namespace":          {CircuitBreakerMissing, "bad", "shop", "", api.Unknown},
		"of DestinationRules that are unread":  {CircuitBreakerMissing, "bad", "", inventory.DestinationRules, api.Unknown},
		"but what a rule says is":              {CircuitBreakerMissing, "edge-connection-pool-only", "shop", "", api.Fail},
		"of a limit":                           {IngressWithoutRateLimit, "edge-http-route-without", "", "", api.Fail},
		"of one of a Gateway elsewhere":        {IngressWithoutRateLimit, "edge-http-route-without", "shop", "", api.Unknown},
		"of policies that are unread":          {IngressWithoutRateLimit, "edge-http-route-without", "", inventory.BackendTrafficPolicies, api.Unknown},
		"of a limit where classes are unread":  {IngressWithoutRateLimit, "bad", "", inventory.IngressClasses, api.Unknown},
		"of a limit where classes are read":    {IngressWithoutRateLimit, "bad", "shop", "", api.Fail},
		"of Services that are unread":          {IngressBackendMissing, "bad", "", inventory.Services, api.Unknown},
		"of a limit where LimitRanges are not": {SidecarWithoutLimits, "bad", "", inventory.LimitRanges, api.Unknown},
		"in pods where LimitRanges are not":    {SidecarWithoutLimits, "edge-istio", "", inventory.LimitRanges, api.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			f := audittest.Load(t, test.check, "testdata", test.example)
			if test.namespace != "" {
				f.Scope.Namespaces = []string{test.namespace}
			}
			read := slices.DeleteFunc(inventory.AllResources(), func(r inventory.Resource) bool { return r == test.unread })
			got := f.Audit(t, read, test.check).Checks[0]
			if got.Outcome != test.want {
				t.Errorf("%s (%s), want %s", got.Outcome, got.Reason, test.want)
			}
		})
	}
}
