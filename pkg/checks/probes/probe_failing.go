package probes

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ProbeFailing finds probes that fail again and again.
var ProbeFailing = &audit.Check{
	ID: "probe-failing", Category: Category, Severity: report.Medium, Since: "v0.1.0", Live: true,
	Title:   "A probe keeps failing",
	Uses:    []inventory.Resource{inventory.Events},
	Judge:   audit.Workloads(probeFailing),
	Options: []audit.Option{failingTimes},
	Doc: audit.Doc{
		What: "Events with the reason Unhealthy, the last within an hour, tell of at least 3 failures of one probe of a " +
			"container, over all its pods. Failures of which the last was within the first minute after the container's " +
			"start do not count, and neither do pods that are being deleted.",
		Why: "Each failure is one step to a restart or out of the Service. Three in a row by default, and a pod that is merely " +
			"slow gets no traffic, which the others then have to take; or it is killed and starts with cold caches. So a load " +
			"that all replicas could have borne takes them down one after the other, at the hour at which it is highest.",
		Fix: "Read what the probe got. A refused connection: the program does not listen, or not on that port. A status code: " +
			"look at what it asks for, and let it ask for less. A timeout: the program is busy; give it more CPU, or the " +
			"probe more time. Let only what a restart can repair fail a liveness probe.",
		Blind: "Counts are a lower bound over the time between the first and the last failure, not over an hour: the kubelet " +
			"holds back many events, and those that do not come again are gone after an hour. A failure leaves no event when " +
			"it ends. A startup probe that fails while a program takes its time is meant to; from the second minute on it " +
			"counts here all the same.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

var failingTimes = audit.Int("times", 3, "how many failures of one probe make a finding")

func probeFailing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
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
			all = addFailure(all, pod, u)
		}
	}
	var faults []audit.Fault
	for _, f := range all {
		if f.times >= failingTimes.In(p) {
			faults = append(faults, f.fault(p, w, pods))
		}
	}
	switch {
	case len(faults) > 0:
		return audit.Faults(faults...)
	case !asked:
		return audit.NotApplicable()
	case !p.ReadIn(w.Namespace, inventory.Events):
		return withoutEvents(p, w)
	}
	return audit.Faults()
}

// failing is what is known of the failures of one probe in all pods.
type failing struct {
	container   string
	probe       inventory.ProbeKind
	pods        []*inventory.Pod
	times       int
	first, last time.Time
	// detail is the last answer, of lastPod.
	detail  string
	lastPod *inventory.Pod
}

// addFailure adds an event to those of its probe. Pods come one after the other.
func addFailure(all []*failing, pod *inventory.Pod, u unhealthy) []*failing {
	i := slices.IndexFunc(all, func(f *failing) bool { return f.container == u.Container && f.probe == u.Probe.Kind })
	if i < 0 {
		i, all = len(all), append(all, &failing{container: u.Container, probe: u.Probe.Kind, first: u.First})
	}
	f := all[i]
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
	return all
}

// detailLength is how much of a probe's answer a message repeats.
const detailLength = 100

func (f *failing) fault(p *audit.Pass, w *inventory.Workload, pods int) audit.Fault {
	message := fmt.Sprintf("%s probe failed at least %d times in %s, last %s ago", f.probe, f.times,
		duration.HumanDuration(f.last.Sub(f.first)), p.Age(f.last))
	if pods > 1 {
		message = fmt.Sprintf("%d of %d pods: ", len(f.pods), pods) + message
	}
	if f.detail != "" {
		message += ": " + report.Text(f.detail, detailLength)
	}
	return audit.Fault{
		Container: f.container, Pods: f.worstFirst(), Message: message, Since: f.first,
		Evidence: report.Evidence{
			"probe": string(f.probe), "pods": len(f.pods), "of": pods, "failures": f.times,
			"firstAt": f.first.UTC().Format(time.RFC3339), "lastAt": f.last.UTC().Format(time.RFC3339),
		},
		Fix: audit.Fix{
			Advice:  "find out why it does not answer, or let the probe ask for less",
			Command: audit.Kubectl("logs").In(w.Namespace).On("pod/"+f.lastPod.Name).With("--all-containers", "--tail", "100"),
		},
	}
}

// worstFirst are the pods with the one whose probe failed last in front.
func (f *failing) worstFirst() []*inventory.Pod {
	others := slices.DeleteFunc(slices.Clone(f.pods), func(pod *inventory.Pod) bool { return pod == f.lastPod })
	return append([]*inventory.Pod{f.lastPod}, others...)
}
