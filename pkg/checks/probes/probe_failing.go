package probes

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ProbeFailing finds probes that fail again and again.
var ProbeFailing = &audit.Check{
	ID: "probe-failing", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true,
	Title:    "Liveness, readiness or startup probe failed (Unhealthy)",
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Events}},
	Explains: []string{"probe-timeout-default"},
	Judge:    audit.Over(audit.Workloads, probeFailing),
	Options:  []audit.Option{failingTimes},
	Doc: audit.Doc{
		What: "Events with the reason Unhealthy, the last within an hour, report at least 3 failures of one probe of a " +
			"container, over all its pods. Failures do not count if the last of them was within the first minute after " +
			"the container's start, nor do those of a startup probe within the time that it allows. Pods that are " +
			"being deleted do not count either. Low when the probe works again in all pods: a pod that has been ready " +
			"since, a container that has outlived what its liveness probe allows, or 6 minutes without an Event while " +
			"the container keeps running.",
		Why: "Each failure is one step towards a restart or removal from the Service. By default three in a row are " +
			"enough: a pod that is merely slow loses its traffic to the others, or is killed and starts with cold " +
			"caches. At its peak, a load that all replicas together could handle then takes them down one after the " +
			"other.",
		Fix: "Read the result of the probe. \"connection refused\": the program does not listen, or not on that port. " +
			"A status code: check which path the probe requests, and let it require less. A timeout (\"context " +
			"deadline exceeded\"): the program is busy; give it more CPU, or the probe more time. Let a liveness probe " +
			"fail only for what a restart can repair.",
		Limitations: "Counts are a lower bound over the time between the first and the last failure, not over an hour: " +
			"the kubelet rate-limits its Events, and those that do not recur are deleted after an hour. The end of a " +
			"failure leaves no Event. If the API server does not report whether a container has started, the time of a " +
			"startup probe is not known: its failures count from the second minute on.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

var failingTimes = audit.Int("times", 3, "how many failures of one probe make a finding")

func probeFailing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	every := func(*inventory.Pod, unhealthy) bool { return true }
	return eachFailing(p, w, every, func(f *failing, pods int) *audit.Fault {
		if f.times < failingTimes.In(p) {
			return nil
		}
		fault := f.divisible(p, w, pods)
		return &fault
	})
}

// divisible returns the fault, which can also be reported for some of its pods.
func (f *failing) divisible(p *audit.Pass, w *inventory.Workload, pods int) audit.Fault {
	fault := f.fault(p, w, pods)
	fault.Without = func(explained func(*inventory.Pod) bool) *audit.Fault {
		rest := &failing{container: f.container, probe: f.probe}
		for _, e := range f.events {
			if explained(e.pod) {
				continue
			}
			if rest.pods == nil {
				rest.first = e.First
			}
			rest.add(e.pod, e.unhealthy)
		}
		if rest.times < failingTimes.In(p) {
			return nil
		}
		left := rest.fault(p, w, pods)
		return &left
	}
	return fault
}

func (f *failing) fault(p *audit.Pass, w *inventory.Workload, pods int) audit.Fault {
	logs := audit.Kubectl("logs").In(w.Namespace).On("pod/" + f.lastPod.Name)
	if f.container == "" {
		logs = logs.With("--all-containers")
	} else {
		logs = logs.Flag("-c", f.container)
	}
	over := f.over(p.Now)
	fault := audit.Fault{
		Container: f.container, Since: f.first,
		Message: amount.Share(len(f.pods), pods, ": ") + fmt.Sprintf("%s probe failed at least %d times in %s, %s", f.probe, f.times,
			duration.HumanDuration(f.last.Sub(f.first)), f.when(p, over)),
		Evidence: api.Evidence{
			"probe": string(f.probe), "pods": len(f.pods), "of": pods, "failures": f.times, "over": over,
			"firstAt": api.Time(f.first), "lastAt": api.Time(f.last),
		},
		Fix: audit.Fix{
			Advice:  "find out why it does not answer, or let the probe require less",
			Command: logs.With("--tail", "100"),
		},
	}
	fault.Pods, fault.Seen = f.worstFirst()
	if over {
		fault.Severity, fault.Fix.Advice = api.Low, "find out what it did then, and whether it happens again"
	}
	if f.probe != inventory.Readiness {
		fault.Variant = "kills"
	}
	if f.detail != "" {
		fault.Message += ": " + api.Text(f.detail, cause.AnswerLength)
	}
	return fault
}

// when says when the probe failed last. If the state of a container shows that it
// fails now, no Event is needed: the kubelet drops most of them.
func (f *failing) when(p *audit.Pass, over bool) string {
	switch c := f.lastPod.Container(f.container); {
	case over:
		return "until " + p.Age(f.last) + " ago"
	case f.probe == inventory.Readiness && c != nil && !c.RunningSince.IsZero() && !c.Ready:
		return "and the container is still not ready"
	}
	return "last " + p.Age(f.last) + " ago"
}
