package probes

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/command"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// LivenessProbeMissing finds containers that nothing would restart if they hung.
var LivenessProbeMissing = &audit.Check{
	ID: "liveness-probe-missing", Category: Category, Severity: api.Low, Worst: api.Medium, Since: "v0.1.0",
	Field: "livenessProbe",
	Title: "Container has no liveness probe",
	Judge: audit.Over(audit.Workloads, livenessProbeMissing),
	Doc: audit.Doc{
		What: "A container or native sidecar has no liveness probe. Medium when the shell script in its command " +
			"starts processes in the background and does not wait for them. Init containers, Jobs, CronJobs, pods " +
			"whose restartPolicy is not Always, and finished pods are not judged.",
		Why: "Kubernetes restarts a container when its main process ends, and otherwise only when a probe fails. " +
			"After a deadlock, or when a background process dies, the pod is still Running, with no restart and no " +
			"Event, and does no work until somebody notices. The severity is low nevertheless: a probe that is too " +
			"strict restarts healthy containers under load, which is worse than none.",
		Fix: "Check only what a restart can repair, and nothing outside the container: restarting the clients of a " +
			"database that is down does not help. Give it more time than the readiness probe, and add a startup probe " +
			"for the time until the program answers. A worker without a port can touch a file in its loop, and the " +
			"probe can check the age of that file. Run background processes in containers of their own instead.",
		Limitations: "A program that exits by itself when it is stuck needs no probe. Scripts are read only in command or " +
			"args, after a shell's -c: those in files, in the image's entrypoint, or within other scripts are not seen.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/probes/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

func livenessProbeMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.RunsToCompletion() || len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	for _, t := range w.Templates {
		for _, c := range t.LongRunning() {
			if c.LivenessProbe == nil {
				faults = append(faults, notRestarted(p, w, t, c))
			}
		}
	}
	return audit.Faults(faults...)
}

func notRestarted(p *audit.Pass, w *inventory.Workload, t *inventory.Template, c *corev1.Container) audit.Fault {
	kind := string(t.KindOf(c))
	fault := audit.Fault{
		Container: c.Name, Message: "no liveness probe", Evidence: api.Evidence{"containerKind": kind},
		Fix: addProbes(w, t, c, "add a liveness probe that fails only if a restart would help", livenessProbe(c)...),
	}
	if started := command.Background(c); len(started) > 0 {
		fault.Severity = api.Medium
		fault.Message = "no liveness probe, and its script starts " + enumerate(started) + " in the background"
		fault.Evidence = api.Evidence{"background": started, "containerKind": kind}
		fault.Fix.Advice = "run each background process in a container of its own, and " + fault.Fix.Advice
	}
	return fault
}

// startPatience limits how many times, at the default period of 10 s, a program may
// fail to answer before it has started: 5 minutes, so that the new probe does not
// kill slow starters.
const startPatience = 30

func livenessProbe(c *corev1.Container) []field {
	port := serving.TCPPort(c)
	fields := []field{{"livenessProbe", connect(port, "")}}
	if port != nil && c.StartupProbe == nil {
		fields = append(fields, field{"startupProbe", connect(port, fmt.Sprintf(`,"failureThreshold":%d`, startPatience))})
	}
	return fields
}

// enumerate writes "a", "a and b", "a, b and 2 more".
func enumerate(names []string) string {
	if len(names) > maxNamed {
		names = append(names[:maxNamed-1:maxNamed-1], fmt.Sprintf("%d more", len(names)-maxNamed+1))
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
