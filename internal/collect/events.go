package collect

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// eventsOf returns the last version that was read of each Event. It marks those
// about pods that no longer exist.
func eventsOf(f *Facts, pods []*inventory.Pod) []*inventory.Event {
	type name struct{ namespace, kind, name, event string }
	nameOf := func(e *inventory.Event) name {
		return name{e.Regarding.Namespace, e.Regarding.Kind, e.Regarding.Name, e.Name}
	}
	events := slices.Clone(f.events)
	slices.SortStableFunc(events, func(a, b *inventory.Event) int {
		x, y := nameOf(a), nameOf(b)
		return cmp.Or(cmp.Compare(x.namespace, y.namespace), cmp.Compare(x.kind, y.kind), cmp.Compare(x.name, y.name), cmp.Compare(x.event, y.event))
	})
	events = lastOf(events, nameOf)
	for _, e := range events {
		r := &e.Regarding
		p := inventory.Find(pods, r.Namespace, "Pod", r.Name)
		// The pods of a StatefulSet reuse names.
		e.Former = r.Kind == "Pod" && (p == nil || r.UID != "" && p.UID != "" && r.UID != p.UID)
	}
	return events
}

func projectEvent(e *corev1.Event) *inventory.Event {
	message := strings.TrimPrefix(e.Message, combined)
	about := &e.InvolvedObject
	event := &inventory.Event{
		Name: e.Name, Regarding: inventory.Regarding{Kind: about.Kind, Namespace: about.Namespace, Name: about.Name, UID: about.UID},
		Reason: e.Reason, Message: message, Stage: reasons[e.Reason].stage, Vague: isVague(e.Reason, message),
		Probe: probeFailure(e.Reason, message), Absent: absencesReportedBy(e.Reason, message),
		Count: e.Count,
		First: e.FirstTimestamp.Time, Last: e.LastTimestamp.Time,
		Container: containerOfFieldPath(about.FieldPath),
	}
	switch {
	case event.Stage == inventory.Making:
		event.Refusal = refusal(message)
	case e.Reason == "Failed":
		event.Pull = pullFailure(message)
	}
	// The newer events API leaves the old fields empty.
	if event.First.IsZero() {
		event.First = e.EventTime.Time
	}
	if e.Series != nil {
		event.Count = max(event.Count, e.Series.Count)
		if e.Series.LastObservedTime.After(event.Last) {
			event.Last = e.Series.LastObservedTime.Time
		}
	}
	if event.Last.IsZero() {
		event.Last = event.First
	}
	event.Count = max(event.Count, 1)
	return event
}

// fieldPathContainer matches "app" in "spec.containers{app}".
var fieldPathContainer = regexp.MustCompile(`^spec\.(?:init|ephemeral)?[cC]ontainers\{([^}]+)\}$`)

func containerOfFieldPath(path string) string {
	if match := fieldPathContainer.FindStringSubmatch(path); match != nil {
		return match[1]
	}
	return ""
}
