package traffic

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ServiceEndpointsFlapping finds Services whose pods lose readiness and regain it
// without a restart.
var ServiceEndpointsFlapping = &audit.Check{
	ID: "service-endpoints-flapping", Category: Category, Severity: api.High, Worst: api.Critical,
	Since: "v0.1.0", Live: true,
	Title: "Service endpoints are flapping",
	Reads: audit.Reads{
		Needs:    []inventory.Resource{inventory.Pods, inventory.EndpointSlices},
		Optional: append([]inventory.Resource{inventory.Events, inventory.Nodes}, inventory.Controllers...),
	},
	Options:  []audit.Option{flapWindow, flapShare},
	Explains: []string{"service-without-endpoints/" + momentary},
	Judge:    audit.Over(audit.Services, serviceEndpointsFlapping),
	Doc: audit.Doc{
		What: "At least 2 pods, or a quarter, of a Service lost readiness within the last hour without a restart, and " +
			"more than once. Either of two proofs is enough. The EndpointSlices were written more often than the " +
			"history of pods as old as the slices explains: 2 writes for the start of each pod, 2 for one loss of " +
			"readiness, 3 for each restart, and a few more. Or Events show that the probe kept failing over some time " +
			"and that readiness came back in between. Critical when no endpoint serves at the moment. Low, and in the " +
			"past tense, when all pods have been ready for much longer than a flap takes, or if a pod lost readiness " +
			"once and regained it. With --observe, the losses are counted: a pod that lost readiness more than once in " +
			"that time, without a restart, and came back proves it, with a rate and its confidence interval; critical " +
			"if no endpoint served for a second or longer. A change of readiness does not count if the observation " +
			"shows that it was not a loss.",
		Why: "Each time a pod drops out, its connections move to the others, which then have more to do and drop out " +
			"next. Clients see bursts of errors that no restart and no crash explains, and a minute later all pods are " +
			"ready again.",
		Fix: "Read what the probe reports when it fails (kubectl events --for pod/NAME). Usual causes: a probe timeout " +
			"of 1 second and a pause of the program, a readiness probe that checks a dependency, too little CPU. Give " +
			"the probe a timeout and a failureThreshold that tolerate a slow moment, and let it check only the pod " +
			"itself.",
		Limitations: "A single audit without --observe cannot measure a rate: writes of EndpointSlices are only an " +
			"upper bound for the changes, and some Events are dropped. Writes prove nothing if pods were scaled, " +
			"replaced or rolled out since the slices were created; Events then need the time at which the rollout was " +
			"complete, or a first failure after the start. Pods without a readiness probe cannot flap and are not " +
			"judged, nor are Services without a selector, or that publish addresses that are not ready. If a node was " +
			"lost or came back at the time, or nearly all pods of the namespace on a node change together, the node or " +
			"its kubelet explains one change. Readiness that follows a leader election looks like a flap.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

var (
	flapWindow = audit.Duration("window", time.Hour, "how recent a loss of readiness must be to count")
	flapShare  = audit.Percent("share", 25, "share of its pods that is enough for a finding if fewer than 2 pods lost readiness")
)

func serviceEndpointsFlapping(p *audit.Pass, s *inventory.Service) audit.Verdict {
	if !selects(s) || s.PublishesNotReady || s.MetricsOnly || !controllerWrites(s) {
		return audit.NotApplicable()
	}
	if seen := observeFlaps(p, s); seen.flapping(p) {
		return audit.Faults(seen.fault(p, s))
	}
	f := look(p, s)
	switch {
	case f.probed == 0:
		return audit.NotApplicable()
	case len(f.dropped) == 0:
		return audit.Faults()
	case f.many(p) && f.repeated():
		return audit.Faults(f.fault(p, s))
	case f.many(p) && !p.ReadIn(s.Namespace, inventory.Events):
		return audit.Unknown("events, which would show whether it happens repeatedly, were not read completely")
	}
	if came := slices.IndexFunc(f.dropped, func(d dropping) bool { return d.sign == cameBack }); came >= 0 {
		return audit.Faults(blip(p, s, f.dropped[came]))
	}
	return audit.Faults()
}

func (f *flaps) fault(p *audit.Pass, s *inventory.Service) audit.Fault {
	last, serving := f.dropped[0], s.Serving()
	severity := api.High
	message := fmt.Sprintf("%d of %d pods lose readiness again and again, last %s ago; %d endpoint writes in %s",
		len(f.dropped), f.probed, p.Age(last.at), f.writes.count, p.Age(p.Now.Add(-f.writes.age)))
	switch {
	case serving == 0:
		severity = api.Critical
		message = "no endpoint serves now: " + message
	case f.over(p):
		severity = api.Low
		message = fmt.Sprintf("%d of %d pods lost readiness again and again until %s ago; %d endpoint writes in %s",
			len(f.dropped), f.probed, p.Age(last.at), f.writes.count, p.Age(p.Now.Add(-f.writes.age)))
	}
	var pods []*inventory.Pod
	var failures int
	var detail string
	for _, d := range f.dropped {
		pods = append(pods, d.pod)
		failures += d.failures.count
		detail = cmp.Or(detail, d.failures.detail)
	}
	if detail != "" {
		message += ": " + api.Text(detail, cause.AnswerLength)
	}
	return audit.Fault{
		Severity: severity, Pods: pods, Message: message, Since: f.since(),
		Evidence: api.Evidence{
			"pods": len(f.dropped), "of": f.probed, "serving": serving,
			"lastAt":         api.Time(last.at),
			"endpointWrites": int(f.writes.count), "endpointWritesSeconds": int(f.writes.age.Seconds()),
			"flapsPerHourAtMost": math.Round(f.writes.upperPerHour), "probeFailuresAtLeast": failures,
			"repeatedInEvents": f.inEvents, "repeatedInWrites": f.writes.repeated,
		},
		Fix: readProbe(s, last.pod),
	}
}

func blip(p *audit.Pass, s *inventory.Service, d dropping) audit.Fault {
	return audit.Fault{
		Severity: api.Low, Pods: []*inventory.Pod{d.pod},
		Message: fmt.Sprintf("pod %s lost readiness and came back %s ago, %s after its start",
			d.pod.Name, p.Age(d.at), p.Age(p.Now.Add(-d.at.Sub(d.start)))),
		Evidence: api.Evidence{"lastAt": api.Time(d.at)},
		Since:    d.at,
		Fix: audit.Fix{
			Advice:  "check whether its readiness probe fails now and then",
			Command: audit.Kubectl("events").In(s.Namespace).Flag("--for", "pod/"+cmp.Or(d.pod.Name, "NAME")),
		},
	}
}
