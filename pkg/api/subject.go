package api

// Subject is a workload, Service or other object that checks judged.
type Subject struct {
	Object `json:",inline"`
	// Score is 100 less the points of the subject's findings, or null when no
	// check judged it.
	Score *int `json:"score"`
	// Pods is the number of a workload's pods.
	Pods int `json:"pods,omitempty"`
	// Template identifies what a workload runs: its containers with their images, without
	// tags, and their commands. If a workload is gone, and another one of the same kind and
	// namespace appears with the same template, it was renamed.
	Template string `json:"template,omitempty"`
	// DependsOn lists the objects that a subject needs, if the user named the subject:
	// Services, routes, budgets, autoscalers, configuration, storage and nodes.
	DependsOn []Object `json:"dependsOn,omitempty"`
}

// Object names a subject and, if the finding is about one, its container.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	// Container is set if the finding is about exactly one container.
	Container string `json:"container,omitempty"`
}

// CountedIn returns the namespace in which an object counts, empty if it has
// none. A Namespace counts in itself.
func (o Object) CountedIn() string {
	if o.Kind == "Namespace" && o.APIVersion == "v1" {
		return o.Name
	}
	return o.Namespace
}
