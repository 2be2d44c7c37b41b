package processes

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var silence = audit.Duration("after", time.Hour, "how long a container must have run before its log is expected to have content")

// LogsSilent finds containers that print nothing.
var LogsSilent = &audit.Check{
	ID: "logs-silent", Category: Category, Severity: api.Low, Since: "v0.1.0", Live: true, Urgency: api.Later,
	Title:   "Container log is empty",
	Reads:   audit.Reads{Samples: audit.Logs},
	Options: []audit.Option{silence},
	Judge:   audit.Over(audit.Workloads, logsSilent),
	Doc: audit.Doc{
		What: "The log of a container or native sidecar that has run for over an hour is empty. Only with --logs: one " +
			"byte of the log is requested from each container in one pod of each workload, for at most 200 containers, " +
			"and is not kept. Without --logs, and for workloads beyond that number, the outcome is unknown. Jobs, " +
			"CronJobs and pods whose restartPolicy is not Always are not judged.",
		Why: "kubectl logs and the log collector show nothing: the program logs to a file in the container, or not at " +
			"all. Nobody can see whether it works or has been hanging since its start.",
		Fix: "Let the program write to stdout and stderr, at least one line with its version and configuration at its " +
			"start. A log level that hides everything also hides the reason for the next crash.",
		Limitations: "It is a sample: other pods of the workload may print. A container that never has anything to " +
			"log, for example a proxy without access log, is flagged. A log may be empty for a moment after a " +
			"rotation. Logs of earlier runs are not examined. The check requires permission to get pods/log, which the " +
			"role view includes.",
		References: []string{
			"https://kubernetes.io/docs/concepts/cluster-administration/logging/",
			"https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/",
		},
	},
}

func logsSilent(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.RunsToCompletion() {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	expected, sampled, unread := false, false, ""
	for _, pod := range w.Judged() {
		for i := range pod.Containers {
			c := &pod.Containers[i]
			if !c.Kind.LongRunning() || c.RunningSince.IsZero() || p.Within(c.RunningSince, silence.In(p)) {
				continue
			}
			expected = true
			log := p.Log(pod, c.Name)
			switch {
			case log == nil:
			case log.Reason != "":
				unread = cmp.Or(unread, "logs: "+log.Reason+" (requires permission to get pods/log)")
			default:
				sampled = true
				if log.Empty && !slices.ContainsFunc(faults, func(f audit.Fault) bool { return f.Container == c.Name }) {
					faults = append(faults, silent(p, w, pod, c))
				}
			}
		}
	}
	switch {
	case !expected:
		return audit.NotApplicable()
	case !sampled:
		return audit.Unknown(cmp.Or(unread, "logs: not sampled, which requires --logs and permission to get pods/log"))
	}
	return audit.Faults(faults...)
}

func silent(p *audit.Pass, w *inventory.Workload, pod *inventory.Pod, c *inventory.Container) audit.Fault {
	return audit.Fault{
		Container: c.Name, Pods: []*inventory.Pod{pod},
		Message: fmt.Sprintf("its log is empty after running for %s, in the one pod that was sampled", p.Age(c.RunningSince)),
		Evidence: api.Evidence{
			"containerKind": string(c.Kind), "runningSince": api.Time(c.RunningSince),
		},
		Since: c.RunningSince,
		Fix: audit.Fix{
			Advice:  "let it log to stdout and stderr; check whether it still prints nothing",
			Command: audit.Kubectl("logs").In(w.Namespace).On(pod.Name).Flag("-c", c.Name).With("--tail=5"),
		},
	}
}
