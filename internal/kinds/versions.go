package kinds

import (
	"encoding/json"
	"maps"

	corev1 "k8s.io/api/core/v1"
	kjson "sigs.k8s.io/json"

	"github.com/prodcheck/kubectl-prodcheck/internal/untyped"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Version is another version in which a resource is or was served.
type Version struct {
	group, name string
	// Removed is the release of Kubernetes that removed it, empty if it is still
	// served.
	Removed string
	// upgrade converts the fields to the version that is read. It is nil if the
	// fields that are read are the same.
	upgrade func(fields map[string]any)
}

// versions lists the versions besides the one that a kind names. Custom
// resources are read in any version.
var versions = map[inventory.Resource][]Version{
	inventory.Deployments: {
		{"apps", "v1beta2", "1.16", defaultSelector}, {"apps", "v1beta1", "1.16", defaultSelector},
		{"extensions", "v1beta1", "1.16", defaultSelector},
	},
	inventory.ReplicaSets:  {{"apps", "v1beta2", "1.16", nil}, {"extensions", "v1beta1", "1.16", nil}},
	inventory.StatefulSets: {{"apps", "v1beta2", "1.16", defaultSelector}, {"apps", "v1beta1", "1.16", defaultSelector}},
	inventory.DaemonSets:   {{"apps", "v1beta2", "1.16", nil}, {"extensions", "v1beta1", "1.16", nil}},
	inventory.CronJobs:     {{"batch", "v1beta1", "1.25", nil}, {"batch", "v2alpha1", "1.21", nil}},
	inventory.HorizontalPodAutoscalers: {
		{"autoscaling", "v1", "", conditionsOfAnnotation}, {"autoscaling", "v2beta2", "1.26", nil}, {"autoscaling", "v2beta1", "1.25", nil},
	},
	inventory.PodDisruptionBudgets: {{"policy", "v1beta1", "1.25", emptySelectsNothing}},
	inventory.EndpointSlices:       {{"discovery.k8s.io", "v1beta1", "1.25", zoneOfTopology}},
	inventory.Ingresses: {
		{"networking.k8s.io", "v1beta1", "1.22", backendsOfIngress}, {"extensions", "v1beta1", "1.22", backendsOfIngress},
	},
	inventory.IngressClasses: {{"networking.k8s.io", "v1beta1", "1.22", nil}},
	inventory.Events:         {{"events.k8s.io", "v1", "", oldEvent}, {"events.k8s.io", "v1beta1", "1.25", oldEvent}},
}

// Upgrade converts an encoded object of another version to the version that is
// read.
func (k Kind) Upgrade(v *Version, encoded []byte) ([]byte, error) {
	var fields map[string]any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(encoded, &fields); err != nil {
		return nil, err
	}
	if v.upgrade != nil {
		v.upgrade(fields)
	}
	fields["apiVersion"], fields["kind"] = k.GVK().GroupVersion().String(), k.Name
	return json.Marshal(fields)
}

// defaultSelector sets the selector that old API servers set by default.
func defaultSelector(fields map[string]any) {
	if spec := untyped.Object(fields, "spec"); spec != nil && spec["selector"] == nil {
		if labels := untyped.Object(untyped.Object(untyped.Object(spec, "template"), "metadata"), "labels"); labels != nil {
			spec["selector"] = map[string]any{"matchLabels": maps.Clone(labels)}
		}
	}
}

// emptySelectsNothing keeps the old meaning of an empty selector, which selected
// no pods. It now selects all.
func emptySelectsNothing(fields map[string]any) {
	if spec := untyped.Object(fields, "spec"); len(untyped.Object(spec, "selector")) == 0 {
		delete(spec, "selector")
	}
}

// conditionsOfAnnotation reads the conditions of a version that has no field for
// them.
func conditionsOfAnnotation(fields map[string]any) {
	annotations := untyped.Object(untyped.Object(fields, "metadata"), "annotations")
	text, _ := annotations["autoscaling.alpha.kubernetes.io/conditions"].(string)
	var conditions []any
	if status := untyped.Object(fields, "status"); status != nil && json.Unmarshal([]byte(text), &conditions) == nil {
		status["conditions"] = conditions
	}
}

func zoneOfTopology(fields map[string]any) {
	for _, endpoint := range untyped.List(fields, "endpoints") {
		topology := untyped.Object(endpoint, "topology")
		for field, label := range map[string]string{"zone": corev1.LabelTopologyZone, "nodeName": corev1.LabelHostname} {
			if value := topology[label]; value != nil && endpoint[field] == nil {
				endpoint[field] = value
			}
		}
	}
}

func backendsOfIngress(fields map[string]any) {
	spec := untyped.Object(fields, "spec")
	upgrade := func(in map[string]any, from, to string) {
		backend := untyped.Object(in, from)
		if backend == nil || backend["serviceName"] == nil {
			return
		}
		port := map[string]any{"number": backend["servicePort"]}
		if _, isName := backend["servicePort"].(string); isName {
			port = map[string]any{"name": backend["servicePort"]}
		}
		in[to] = map[string]any{"service": map[string]any{"name": backend["serviceName"], "port": port}}
	}
	upgrade(spec, "backend", "defaultBackend")
	for _, rule := range untyped.List(spec, "rules") {
		for _, path := range untyped.List(untyped.Object(rule, "http"), "paths") {
			upgrade(path, "backend", "backend")
		}
	}
}

// oldEvent gives an Event of the newer API the names of the older one.
func oldEvent(fields map[string]any) {
	for name, old := range map[string]string{
		"note": "message", "regarding": "involvedObject", "deprecatedCount": "count",
		"deprecatedFirstTimestamp": "firstTimestamp", "deprecatedLastTimestamp": "lastTimestamp", "deprecatedSource": "source",
	} {
		if value, found := fields[name]; found {
			fields[old] = value
		}
	}
}
