package collect

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// setDefaults sets the defaults of the API server, so that a manifest that was
// never applied is judged as it would run. It changes nothing in a live object.
// The values come from k8s.io/kubernetes/pkg/apis/core/v1/defaults.go.
func setDefaults(s *corev1.PodSpec) {
	if s.RestartPolicy == "" {
		s.RestartPolicy = corev1.RestartPolicyAlways
	}
	if s.TerminationGracePeriodSeconds == nil {
		grace := int64(corev1.DefaultTerminationGracePeriodSeconds)
		s.TerminationGracePeriodSeconds = &grace
	}
	for _, containers := range [][]corev1.Container{s.InitContainers, s.Containers} {
		for i := range containers {
			c := &containers[i]
			for _, probe := range []*corev1.Probe{c.ReadinessProbe, c.LivenessProbe, c.StartupProbe} {
				setProbeDefaults(probe)
			}
			setRequestsFromLimits(&c.Resources)
		}
	}
}

func setProbeDefaults(p *corev1.Probe) {
	if p == nil {
		return
	}
	for _, field := range []struct {
		value   *int32
		whenNil int32
	}{{&p.TimeoutSeconds, 1}, {&p.PeriodSeconds, 10}, {&p.SuccessThreshold, 1}, {&p.FailureThreshold, 3}} {
		if *field.value == 0 {
			*field.value = field.whenNil
		}
	}
}

func setRequestsFromLimits(r *corev1.ResourceRequirements) {
	for name, limit := range r.Limits {
		setQuantity(&r.Requests, name, limit)
	}
}

// setQuantity sets a quantity unless there is one.
func setQuantity(list *corev1.ResourceList, name corev1.ResourceName, value resource.Quantity) bool {
	if _, set := (*list)[name]; set {
		return false
	}
	if *list == nil {
		*list = corev1.ResourceList{}
	}
	(*list)[name] = value
	return true
}

// withDefaultsOf gives a pod spec that never went through admission the defaults
// of its namespace, as the LimitRanger plugin would. It returns the values that
// it set as "container/resource". It does not change the original spec.
func withDefaultsOf(ranges []*inventory.LimitRange, s corev1.PodSpec) (corev1.PodSpec, []string) {
	var limited []string
	s.InitContainers, s.Containers = slices.Clone(s.InitContainers), slices.Clone(s.Containers)
	for _, containers := range [][]corev1.Container{s.InitContainers, s.Containers} {
		for i := range containers {
			c := &containers[i]
			c.Resources.Limits, c.Resources.Requests = maps.Clone(c.Resources.Limits), maps.Clone(c.Resources.Requests)
			for _, r := range ranges {
				for _, item := range r.Limits {
					if item.Type == corev1.LimitTypeContainer {
						for _, name := range setDefaultsOf(&item, &c.Resources) {
							limited = append(limited, c.Name+"/"+string(name))
						}
					}
				}
			}
		}
	}
	return s, limited
}

// setDefaultsOf returns the limits that it has set.
func setDefaultsOf(item *corev1.LimitRangeItem, r *corev1.ResourceRequirements) []corev1.ResourceName {
	var limited []corev1.ResourceName
	for name, limit := range limitDefaults(item) {
		if setQuantity(&r.Limits, name, limit) {
			limited = append(limited, name)
		}
	}
	for name, request := range item.DefaultRequest {
		setQuantity(&r.Requests, name, request)
	}
	setRequestsFromLimits(r)
	for name, least := range item.Min {
		setQuantity(&r.Requests, name, least)
	}
	slices.Sort(limited)
	return limited
}

// limitDefaults returns the default limits of a LimitRange. If it sets only a
// maximum, that is also the default.
func limitDefaults(item *corev1.LimitRangeItem) corev1.ResourceList {
	defaults := item.Default.DeepCopy()
	for name, most := range item.Max {
		setQuantity(&defaults, name, most)
	}
	return defaults
}
