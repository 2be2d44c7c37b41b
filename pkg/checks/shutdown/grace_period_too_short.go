package shutdown

import (
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// GracePeriodTooShort finds pods that are killed rather than stopped.
var GracePeriodTooShort = &audit.Check{
	ID: "grace-period-too-short", Category: Category, Severity: api.Medium, Worst: api.High, Since: "v0.1.0",
	Field:   "terminationGracePeriodSeconds",
	Title:   "terminationGracePeriodSeconds leaves no time to stop",
	Options: []audit.Option{shortestGrace},
	Judge:   audit.Over(audit.Workloads, gracePeriodTooShort),
	Doc: audit.Doc{
		What: "The terminationGracePeriodSeconds of the workload's newest pods is 0 or 1, or a container's preStop " +
			"hook sleeps for at least as long: a sleep action, the command sleep, or the unconditional sleeps of a " +
			"shell script. A period of 0 means force deletion: high for a StatefulSet, info for a DaemonSet in the " +
			"host network and for pods that only run a pause container.",
		Why: "The grace period is all the time between the deletion and SIGKILL, and the preStop hook uses it up " +
			"first. A program without any time left is killed in the middle of its requests and writes: each rollout " +
			"and each drain is a small crash, after which a database starts with a recovery.",
		Fix: "Add up the time of the preStop hook, of the longest request, and a reserve: 30 seconds is the default " +
			"and suits most servers. A long period costs nothing if the program exits earlier. For a quick stop, let " +
			"the program handle SIGTERM instead.",
		Limitations: "How long the program really needs is not known. Hooks that wait by other means than a sleep are " +
			"assumed to be fast, and scripts in files of the image cannot be read. A deletion can set another grace " +
			"period, and a liveness probe can have its own.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
			"https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
		},
	},
}

var shortestGrace = audit.Int("seconds", 1, "longest grace period, in seconds, that counts as too short")

func gracePeriodTooShort(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 {
		return audit.NotApplicable()
	}
	t := w.Templates[0]
	grace := graceOf(t)
	if grace <= int64(shortestGrace.In(p)) {
		fault := audit.Fault{
			Message:  "grace period of " + quantity(grace) + "s: SIGKILL follows SIGTERM immediately",
			Evidence: api.Evidence{"gracePeriodSeconds": int(grace)},
			Fix:      setGrace(w, 30),
		}
		if grace == 0 {
			fault.Severity, fault.Message = forceDeletion(w, t)
		}
		return audit.Faults(fault)
	}
	var faults []audit.Fault
	for _, c := range t.LongRunning() {
		if !hasPreStop(c) {
			continue
		}
		slept := sleepOf(c.Lifecycle.PreStop)
		if slept < time.Duration(grace)*time.Second {
			continue
		}
		faults = append(faults, audit.Fault{
			Container: c.Name, Variant: "hook",
			Message: "preStop sleeps " + slept.String() + " of a grace period of " + quantity(grace) +
				"s: SIGKILL comes 2s after SIGTERM",
			Evidence: api.Evidence{"gracePeriodSeconds": int(grace), "preStopSeconds": slept.Seconds()},
			Fix:      setGrace(w, int64(slept/time.Second)+30),
		})
	}
	return audit.Faults(faults...)
}

// forceDeletion describes that the API server deletes a pod at once, while its
// containers may still run.
func forceDeletion(w *inventory.Workload, t *inventory.Template) (api.Severity, string) {
	const message = "grace period of 0s: force deletion, without waiting for the containers to stop"
	switch {
	case w.Kind == "StatefulSet":
		return api.High, message + "; a second pod of the same name may start while the first one still runs"
	case image.OnlyPause(t) || w.Kind == "DaemonSet" && t.Spec.HostNetwork:
		return api.Info, message
	}
	return api.Medium, message
}

func graceOf(t *inventory.Template) int64 {
	if seconds := t.Spec.TerminationGracePeriodSeconds; seconds != nil {
		return *seconds
	}
	return corev1.DefaultTerminationGracePeriodSeconds
}

func setGrace(w *inventory.Workload, seconds int64) audit.Fix {
	return remedy.PodSpec(w, "give it time to finish its work",
		remedy.Fields{"terminationGracePeriodSeconds": seconds})
}

func quantity(n int64) string { return strconv.FormatInt(n, 10) }
