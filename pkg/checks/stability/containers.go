package stability

import (
	"math"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// replicas are the instances of one container of a workload, one in each pod.
type replicas struct {
	name  string
	kind  inventory.ContainerKind
	items []replica
	// of counts all instances, including those that other findings cover.
	of int
}

type replica struct {
	pod       *inventory.Pod
	container *inventory.Container
}

// judgeReplicas judges one container over its replicas.
type judgeReplicas func(*audit.Pass, *inventory.Workload, *replicas) []audit.Fault

// eachContainer judges a workload container by container, over its replicas in
// the given pods. If no container has a state yet, there is nothing to judge; if
// all just run, there is nothing to find.
func eachContainer(pods func(*inventory.Workload) []*inventory.Pod, judge judgeReplicas) audit.Judge {
	return audit.Over(audit.Workloads, func(p *audit.Pass, w *inventory.Workload) audit.Verdict {
		looked := pods(w)
		if slices.ContainsFunc(looked, hasContainers) && !slices.ContainsFunc(looked, unsteady) {
			return audit.Faults()
		}
		groups := containers(looked)
		if len(groups) == 0 {
			return audit.NotApplicable()
		}
		var faults []audit.Fault
		for _, group := range groups {
			for _, fault := range judge(p, w, group) {
				fault.Without = judge.without(p, w, group)
				faults = append(faults, fault)
			}
		}
		return audit.Faults(faults...)
	})
}

// without leaves out the replicas that another finding covers.
func (judge judgeReplicas) without(
	p *audit.Pass, w *inventory.Workload, group *replicas,
) func(explained func(*inventory.Pod) bool) *audit.Fault {
	return func(explained func(*inventory.Pod) bool) *audit.Fault {
		rest := *group
		rest.items = slices.DeleteFunc(slices.Clone(group.items), func(r replica) bool { return explained(r.pod) })
		if faults := judge(p, w, &rest); len(faults) > 0 {
			return &faults[0]
		}
		return nil
	}
}

func hasContainers(p *inventory.Pod) bool { return len(p.Containers) > 0 }

// unsteady reports whether a container of a pod may have a problem.
func unsteady(p *inventory.Pod) bool {
	for i := range p.Containers {
		if !p.Containers[i].Steady() || p.Containers[i].Restarts > 0 {
			return true
		}
	}
	return false
}

// evenFinished returns all pods except those that are being deleted: how a
// finished pod ended is still useful.
func evenFinished(w *inventory.Workload) []*inventory.Pod {
	if !slices.ContainsFunc(w.Pods, (*inventory.Pod).Deleting) {
		return w.Pods
	}
	return slices.DeleteFunc(slices.Clone(w.Pods), (*inventory.Pod).Deleting)
}

// containers groups the containers of pods by name and kind: a rollout may
// turn an app container into a sidecar of the same name.
func containers(pods []*inventory.Pod) []*replicas {
	// Pods have few containers: a search is faster than a map.
	var groups []*replicas
	for _, p := range pods {
		for i := range p.Containers {
			c := &p.Containers[i]
			at := slices.IndexFunc(groups, func(g *replicas) bool { return g.name == c.Name && g.kind == c.Kind })
			if at < 0 {
				at = len(groups)
				groups = append(groups, &replicas{name: c.Name, kind: c.Kind, items: make([]replica, 0, len(pods))})
			}
			groups[at].items = append(groups[at].items, replica{p, c})
			groups[at].of++
		}
	}
	return groups
}

// share says "3 of 5 pods" and a separator, or nothing if there is only one.
func (g *replicas) share(n int, separator string) string {
	return amount.Share(n, g.of, separator)
}

// role names the role of a container that is not an ordinary one.
func (g *replicas) role() string {
	if g.kind == inventory.App {
		return ""
	}
	return " of the " + string(g.kind)
}

// fault describes the replicas that a check flags, the newest end first.
func (g *replicas) fault(p *audit.Pass, flagged []ending) audit.Fault {
	sorted := slices.Clone(flagged)
	slices.SortStableFunc(sorted, func(a, b ending) int { return b.finished().Compare(a.finished()) })
	fault := audit.Fault{Container: g.name, Evidence: g.evidence(p, sorted)}
	for _, e := range sorted {
		fault.Pods, fault.Seen = append(fault.Pods, e.pod), append(fault.Seen, e.finished())
	}
	return fault
}

// evidence describes the replicas that a check flags, the newest end first.
func (g *replicas) evidence(p *audit.Pass, flagged []ending) api.Evidence {
	past := historyOf(flagged, p.Now)
	evidence := api.Evidence{
		"pods": len(flagged), "of": g.of, "containerKind": string(g.kind), "restarts": past.restarts,
	}
	if past.restarts > 0 && past.in > 0 {
		evidence["restartsPerHour"] = math.Round(past.perHour()*1000) / 1000
	}
	if observed := p.Observed(inventory.Pods); observed > 0 {
		evidence["observedSeconds"] = amount.Seconds(observed)
		evidence["observedRestarts"], evidence["observedOOMKills"] = past.seen.Restarts, past.seen.OOMKills
	}
	last := flagged[0]
	if at := last.finished(); !at.IsZero() {
		evidence["lastAt"] = api.Time(at)
	}
	if last.end == nil {
		return evidence
	}
	evidence["exitCode"], evidence["reason"] = int(last.end.ExitCode), last.end.Reason
	if last.end.Message != "" {
		evidence["lastWords"] = last.end.Message
	}
	if cause := last.cause(p); cause.Probe != "" {
		evidence["probe"], evidence["probeRecorded"] = string(cause.Probe), !cause.Likely
	}
	return evidence
}
