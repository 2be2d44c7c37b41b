package probes

import (
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// eachFailing judges each probe that has failures that count, in all pods. Only
// Events report them.
func eachFailing(
	p *audit.Pass, w *inventory.Workload, counts func(*inventory.Pod, unhealthy) bool, judge func(f *failing, pods int) *audit.Fault,
) audit.Verdict {
	asked, pods := false, 0
	var all []*failing
	for _, pod := range w.Pods {
		if pod.Deleting() || pod.Finished() {
			continue
		}
		pods++
		if !probed(pod.Template) {
			continue
		}
		asked = true
		for _, u := range unhealthyOf(p, pod) {
			if counts(pod, u) {
				all = addFailure(all, pod, u)
			}
		}
	}
	if !asked {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	for _, f := range all {
		if fault := judge(f, pods); fault != nil {
			faults = append(faults, *fault)
		}
	}
	return audit.FaultsUnless(p.WhyUnread(w.Namespace, inventory.Events), faults...)
}

// failing collects the failures of one probe in all pods.
type failing struct {
	container   string
	probe       inventory.ProbeKind
	events      []podEvent
	pods        []*inventory.Pod
	times       int
	first, last time.Time
	// detail is the last answer, of lastPod.
	detail  string
	lastPod *inventory.Pod
}

type podEvent struct {
	pod *inventory.Pod
	unhealthy
}

// addFailure adds an event to those of its probe. Pods come one after the other.
func addFailure(all []*failing, pod *inventory.Pod, u unhealthy) []*failing {
	i := slices.IndexFunc(all, func(f *failing) bool { return f.container == u.Container && f.probe == u.Probe.Kind })
	if i < 0 {
		i, all = len(all), append(all, &failing{container: u.Container, probe: u.Probe.Kind, first: u.First})
	}
	all[i].add(pod, u)
	return all
}

func (f *failing) add(pod *inventory.Pod, u unhealthy) {
	f.events = append(f.events, podEvent{pod, u})
	f.times += int(u.Count)
	if n := len(f.pods); n == 0 || f.pods[n-1] != pod {
		f.pods = append(f.pods, pod)
	}
	if u.First.Before(f.first) {
		f.first = u.First
	}
	if u.Last.After(f.last) {
		f.last, f.detail, f.lastPod = u.Last, u.Probe.Detail, pod
	}
}

// over reports whether the probe works again in all of the pods.
func (f *failing) over(now time.Time) bool {
	return !slices.ContainsFunc(f.events, func(e podEvent) bool { return !e.unhealthy.over(now, e.pod) })
}

// worstFirst returns the pods, the one whose probe failed last first, and when it
// failed in each of them.
func (f *failing) worstFirst() (pods []*inventory.Pod, seen []time.Time) {
	last := map[*inventory.Pod]time.Time{}
	for _, e := range f.events {
		if e.Last.After(last[e.pod]) {
			last[e.pod] = e.Last
		}
	}
	pods = slices.Clone(f.pods)
	slices.SortStableFunc(pods, func(a, b *inventory.Pod) int { return last[b].Compare(last[a]) })
	for _, pod := range pods {
		seen = append(seen, last[pod])
	}
	return pods, seen
}
