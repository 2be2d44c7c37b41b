package inventory

import (
	"encoding/json"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	kjson "sigs.k8s.io/json"
)

// apiVersion is another one in which a resource is served, or was.
type apiVersion struct {
	group, name string
	// removed is the release of Kubernetes that does not serve it any more, empty
	// while one does.
	removed string
	// upgrade makes the fields those of the version that is read. It is nil where
	// those that are read are the same.
	upgrade func(fields map[string]any)
}

// versions are those beside the one that a definition names. Custom resources
// are read in any.
var versions = map[Resource][]apiVersion{
	Deployments: {
		{"apps", "v1beta2", "1.16", defaultSelector}, {"apps", "v1beta1", "1.16", defaultSelector},
		{"extensions", "v1beta1", "1.16", defaultSelector},
	},
	ReplicaSets:  {{"apps", "v1beta2", "1.16", nil}, {"extensions", "v1beta1", "1.16", nil}},
	StatefulSets: {{"apps", "v1beta2", "1.16", defaultSelector}, {"apps", "v1beta1", "1.16", defaultSelector}},
	DaemonSets:   {{"apps", "v1beta2", "1.16", nil}, {"extensions", "v1beta1", "1.16", nil}},
	CronJobs:     {{"batch", "v1beta1", "1.25", nil}, {"batch", "v2alpha1", "1.21", nil}},
	HorizontalPodAutoscalers: {
		{"autoscaling", "v1", "", nil}, {"autoscaling", "v2beta2", "1.26", nil}, {"autoscaling", "v2beta1", "1.25", nil},
	},
	PodDisruptionBudgets: {{"policy", "v1beta1", "1.25", emptySelectsNothing}},
	EndpointSlices:       {{"discovery.k8s.io", "v1beta1", "1.25", zoneOfTopology}},
	Ingresses: {
		{"networking.k8s.io", "v1beta1", "1.22", backendsOfIngress}, {"extensions", "v1beta1", "1.22", backendsOfIngress},
	},
	IngressClasses: {{"networking.k8s.io", "v1beta1", "1.22", nil}},
	Events:         {{"events.k8s.io", "v1", "", oldEvent}, {"events.k8s.io", "v1beta1", "1.25", oldEvent}},
}

// versionOf finds the resource of a kind and how it differs from the version that
// is read, nil where it does not.
func versionOf(group, name, kind string) (d definition, other *apiVersion, known bool) {
	for _, d := range definitions {
		if d.gvk.Kind != kind {
			continue
		}
		if d.gvk.Group == group && d.gvk.Version == name {
			return d, nil, true
		}
		for _, v := range versions[d.resource] {
			if v.group == group && v.name == name {
				return d, &v, true
			}
		}
		if d.custom && d.gvk.Group == group {
			return d, &apiVersion{group: group, name: name}, true
		}
	}
	return definition{}, nil, false
}

// upgrade makes an encoded object one of the version that is read.
func (d definition) upgrade(v *apiVersion, encoded []byte) ([]byte, error) {
	var fields map[string]any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(encoded, &fields); err != nil {
		return nil, err
	}
	if v.upgrade != nil {
		v.upgrade(fields)
	}
	fields["apiVersion"], fields["kind"] = d.gvk.GroupVersion().String(), d.gvk.Kind
	return json.Marshal(fields)
}

// defaultSelector is what the old API servers set.
func defaultSelector(fields map[string]any) {
	if spec := nested(fields, "spec"); spec != nil && spec["selector"] == nil {
		if labels := nested(nested(nested(spec, "template"), "metadata"), "labels"); labels != nil {
			spec["selector"] = map[string]any{"matchLabels": maps.Clone(labels)}
		}
	}
}

// emptySelectsNothing: an empty selector has meant no pods; it now means all.
func emptySelectsNothing(fields map[string]any) {
	if spec := nested(fields, "spec"); len(nested(spec, "selector")) == 0 {
		delete(spec, "selector")
	}
}

func zoneOfTopology(fields map[string]any) {
	for _, endpoint := range listOf(fields, "endpoints") {
		topology := nested(endpoint, "topology")
		for field, label := range map[string]string{"zone": corev1.LabelTopologyZone, "nodeName": corev1.LabelHostname} {
			if value := topology[label]; value != nil && endpoint[field] == nil {
				endpoint[field] = value
			}
		}
	}
}

func backendsOfIngress(fields map[string]any) {
	spec := nested(fields, "spec")
	upgrade := func(in map[string]any, from, to string) {
		backend := nested(in, from)
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
	for _, rule := range listOf(spec, "rules") {
		for _, path := range listOf(nested(rule, "http"), "paths") {
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

// groupOfKind is the group of a kind that is read, for whoever names an older one
// or none.
func groupOfKind(group, kind string) string {
	if group != "" && group != "extensions" {
		return group
	}
	for _, d := range definitions {
		if slices.Contains(Controllers, d.resource) && d.gvk.Kind == kind {
			return d.gvk.Group
		}
	}
	return group
}
