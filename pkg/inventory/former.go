package inventory

import (
	"cmp"
	"slices"
	"strings"
)

// formerPodEvents are the Warnings about pods that are not there any more, by
// the name that their controller must have. How a pod ended is mostly told when
// it is gone, and nothing but its name says whose it was.
func (c *collector) formerPodEvents() map[involvedKey][]involvedEvent {
	about := map[involvedKey][]involvedEvent{}
	for key, events := range c.events {
		if key.kind == "Pod" {
			about[key] = events
		}
	}
	if len(about) == 0 {
		return nil
	}
	for _, p := range c.pods {
		key := involvedKey{"Pod", p.Namespace, p.Name}
		if events, found := about[key]; found {
			// A StatefulSet's pods reuse names.
			about[key] = slices.DeleteFunc(slices.Clone(events), func(e involvedEvent) bool {
				return e.uid == "" || p.UID == "" || e.uid == string(p.UID)
			})
		}
	}
	former := map[involvedKey][]involvedEvent{}
	for key, events := range about {
		if end := strings.LastIndexByte(key.name, '-'); end > 0 {
			key.name = key.name[:end]
			former[key] = append(former[key], events...)
		}
	}
	for _, events := range former {
		slices.SortFunc(events, func(a, b involvedEvent) int {
			return cmp.Or(a.event.First.Compare(b.event.First), strings.Compare(a.name, b.name), strings.Compare(a.uid, b.uid))
		})
	}
	return former
}

// EventsOfFormerPods returns the Warnings about pods that a workload has had, as
// far as their names tell: a name and a suffix are what controllers give.
func (inv *Inventory) EventsOfFormerPods(w *Workload) []*Event {
	var events []*Event
	of := func(o *Object) {
		switch o.Kind {
		case "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job":
			for _, e := range inv.former[involvedKey{"Pod", o.Namespace, o.Name}] {
				events = append(events, e.event)
			}
		}
	}
	if len(inv.former) > 0 {
		of(&w.Object)
		for _, o := range w.Controllers {
			of(o)
		}
	}
	return events
}
