package stability

import (
	"cmp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// PodUnready finds pods that run without being ready.
var PodUnready = &audit.Check{
	ID: "pod-unready", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Title: "Pod is running but not ready",
	// Events contain the results of probes, nodes show which pods a dead one took
	// down.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Events, inventory.Nodes}},
	Options:  []audit.Option{unreadyGrace},
	Explains: []string{"probe-failing", "probe-timeout-default", "rollout-stuck"},
	Judge:    audit.Over(audit.Workloads, podUnready),
	Doc: audit.Doc{
		What: "A Running pod has not been Ready for 15 minutes, because one of its containers has been running that " +
			"long without becoming ready, or because a readiness gate is not met. The finding names the gate, or the " +
			"container and the last result of its probe if Events still contain it. Pods that are meant to end are not " +
			"judged, nor is a container that is still within the time that its startup probe allows.",
		Why: "A pod that is not ready gets no traffic from any Service and does not count for a rollout or a " +
			"disruption budget: the other replicas carry its load, and drains wait for it. kubectl get pods shows " +
			"Running and 0/1, so it can stay unnoticed for weeks, until one of the remaining replicas fails.",
		Fix: "Send the request of the probe from inside the pod, and read the container's log. A probe with the wrong " +
			"port or path never succeeds: correct it. A probe that checks a dependency fails when the dependency does: " +
			"let it check only the pod itself. A readiness gate belongs to a controller, often that of a load " +
			"balancer: check that it runs.",
		Limitations: "Programs that are ready on only one replica, the leader, look the same; name them in an " +
			"exception. Pods whose containers crash or cannot start are left to the checks of containers, and those on " +
			"a node that is not ready to node-not-ready. Events are kept for about an hour.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

var unreadyGrace = audit.Duration("grace", 15*time.Minute, "how long a running pod may be unready")

// unready is a pod with the container that keeps it from being ready; nil for a
// readiness gate.
type unready struct {
	pod       *inventory.Pod
	container *inventory.Container
}

func podUnready(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	pods := w.Judged()
	if len(pods) == 0 || w.RunsToCompletion() {
		return audit.NotApplicable()
	}
	var late []unready
	for _, pod := range pods {
		if u, found := whyUnready(p, pod); found {
			late = append(late, u)
		}
	}
	if len(late) == 0 {
		return audit.Faults()
	}
	fault := unreadyFault(p, w, late, len(pods))
	addObserved(p, w, &fault)
	return audit.Faults(fault)
}

// unreadyFault describes the pod that has not been ready for the longest time.
func unreadyFault(p *audit.Pass, w *inventory.Workload, late []unready, of int) audit.Fault {
	slices.SortFunc(late, func(a, b unready) int {
		return cmp.Or(a.pod.Ready.Since.Compare(b.pod.Ready.Since), strings.Compare(a.pod.Name, b.pod.Name))
	})
	longest := late[0]
	fault := audit.Fault{
		Message:  amount.Share(len(late), of, " ") + "not ready for " + p.Age(longest.pod.Ready.Since) + ": ",
		Evidence: api.Evidence{"pods": len(late), "of": of},
		Since:    longest.pod.Ready.Since,
	}
	for _, u := range late {
		fault.Pods = append(fault.Pods, u.pod)
	}
	if e := notPrepared(p, longest.pod); longest.container == nil && e != nil {
		fault.Message += cause.Text(e)
		fault.Fix = remedy.DescribePod(longest.pod, "find out what its node lacks")
		return fault
	}
	if longest.container == nil {
		fault.Message += gatesText(longest.pod)
		fault.Fix = audit.Fix{
			Advice:  "check that the controller of the gate runs",
			Command: audit.Kubectl("get", "pod").In(w.Namespace).On(longest.pod.Name).With("-o", "yaml"),
		}
		return fault
	}
	fault.Container = longest.container.Name
	fault.Message += probeText(p, longest)
	if fix, found := remedy.LeftOver(w, longest.pod); found {
		fault.Fix = fix
		return fault
	}
	fault.Fix = audit.Fix{
		Advice:  "find out why its probe fails",
		Command: audit.Kubectl("logs").In(w.Namespace).On(longest.pod.Name).Flag("-c", fault.Container).With("--tail=50"),
	}
	return fault
}

// whyUnready finds the container that has been running for as long as the pod
// must have been unready. If a node does not respond, its containers are still
// reported as ready, and no gate is the reason.
func whyUnready(p *audit.Pass, pod *inventory.Pod) (unready, bool) {
	grace := unreadyGrace.In(p)
	if pod.Phase != corev1.PodRunning || !pod.Ready.Is(corev1.ConditionFalse) ||
		pod.Ready.Since.IsZero() || p.Within(pod.Ready.Since, grace) ||
		cause.DeadNode(p, pod, pod.Ready.Since) != nil && cause.NodesJudged(p) {
		return unready{}, false
	}
	for i := range pod.Containers {
		c := &pod.Containers[i]
		if c.Kind.LongRunning() && !c.Ready &&
			!c.RunningSince.IsZero() && !p.Within(c.RunningSince, grace) && !pod.Starting(c, p.Now) {
			return unready{pod, c}, true
		}
	}
	return unready{pod, nil}, pod.Ready.Reason == inventory.ReadinessGatesNotReady || notPrepared(p, pod) != nil
}

// notPrepared says why the node cannot restart a pod none of whose containers
// runs: it was started before, on a node that was restarted for example.
func notPrepared(p *audit.Pass, pod *inventory.Pod) *inventory.Event {
	if !pod.LatestStart().IsZero() || !everStarted(pod) {
		return nil
	}
	return cause.Of(p, &pod.Object, inventory.Preparing, cause.EventsRecent)
}

// gatesText names the readiness gates for which the kubelet waits: all gates of
// the pod if it does not say which.
func gatesText(pod *inventory.Pod) string {
	var named, all []string
	for _, gate := range pod.Template.Spec.ReadinessGates {
		name := string(gate.ConditionType)
		all = append(all, name)
		if strings.Contains(pod.Ready.Message, `"`+name+`"`) {
			named = append(named, name)
		}
	}
	if len(named) == 0 {
		named = all
	}
	switch len(named) {
	case 0:
		return cmp.Or(cause.Quote(pod.Ready.Message), "a readiness gate is not met")
	case 1:
		return "readiness gate " + named[0] + " is not met"
	}
	return "readiness gates " + strings.Join(named, ", ") + " are not met"
}

// probeText quotes the last failure of the container's probe.
func probeText(p *audit.Pass, u unready) string {
	var last *inventory.Event
	for _, e := range p.EventsOf(&u.pod.Object) {
		if e.Probe != nil && e.Probe.Kind != inventory.Liveness && e.About(u.pod, u.container.Name) &&
			(last == nil || !e.Last.Before(last.Last)) {
			last = e
		}
	}
	if last == nil {
		return string(u.container.Kind) + " " + u.container.Name + " is not ready"
	}
	return u.container.Name + ": " + cause.Quote(last.Message)
}
