package processes

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

var silence = audit.Duration("after", time.Hour, "how long a container must have run to be expected to have printed something")

// LogsSilent finds containers that print nothing.
var LogsSilent = &audit.Check{
	ID: "logs-silent", Category: Category, Severity: report.Low, Since: "v0.1.0", Live: true, Urgency: report.Later,
	Title:   "A container has printed nothing",
	Reads:   audit.Reads{Samples: audit.Logs},
	Options: []audit.Option{silence},
	Judge:   audit.Over(audit.Workloads, logsSilent),
	Doc: audit.Doc{
		What: "The log of a container or native sidecar that has run for over an hour is empty. Only with --logs: one pod " +
			"of each workload is asked for one byte of the log of each container, at most 200 containers, and the byte is " +
			"not kept. Without it, and for workloads beyond those, the outcome is unknown. Jobs, CronJobs and pods that do " +
			"not restart always are not judged.",
		Why: "At 2 a.m. kubectl logs shows nothing, and neither does the log collector: what the program has to say goes " +
			"to a file in the container, or nowhere. Whether it works, or hangs since it was started, cannot be told apart.",
		Fix: "Let the program write to stdout and stderr, at least one line at its start with its version and " +
			"configuration. A log level that hides everything hides the reason of the next crash, too.",
		Blind: "It is a sample: other pods of the workload may print. A container that never has anything to say, a proxy " +
			"without access log for one, is flagged. In the moment after a rotation a log may be empty, too. Logs of " +
			"earlier runs are not looked at. It takes the right to get pods/log, which the role view has.",
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
			longRunning := c.Kind == inventory.App || c.Kind == inventory.Sidecar
			if !longRunning || c.RunningSince.IsZero() || p.Within(c.RunningSince, silence.In(p)) {
				continue
			}
			expected = true
			log := p.Log(pod, c.Name)
			switch {
			case log == nil:
			case log.Reason != "":
				unread = cmp.Or(unread, "logs: "+log.Reason+" (it takes get on pods/log)")
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
		return audit.Unknown(cmp.Or(unread, "logs: not sampled, which takes --logs and get on pods/log"))
	}
	return audit.Faults(faults...)
}

func silent(p *audit.Pass, w *inventory.Workload, pod *inventory.Pod, c *inventory.Container) audit.Fault {
	return audit.Fault{
		Container: c.Name, Pods: []*inventory.Pod{pod},
		Message: fmt.Sprintf("its log is empty after %s of running, in the one pod that was looked at", p.Age(c.RunningSince)),
		Evidence: report.Evidence{
			"containerKind": string(c.Kind), "runningSince": c.RunningSince.UTC().Format(time.RFC3339),
		},
		Since: c.RunningSince,
		Fix: audit.Fix{
			Advice:  "let it log to stdout and stderr; see whether it still prints nothing",
			Command: audit.Kubectl("logs").In(w.Namespace).On(pod.Name).Flag("-c", c.Name).With("--tail=5"),
		},
	}
}
