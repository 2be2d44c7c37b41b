package stability

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ContainerRestarting finds containers that keep restarting, slowly or fast.
var ContainerRestarting = &audit.Check{
	ID: "container-restarting", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Title:   "Container restarts frequently",
	Options: []audit.Option{restartsRepeated, restartRecent, restartsPerDay},
	Judge:   eachContainer((*inventory.Workload).Judged, containerRestarting),
	Doc: audit.Doc{
		What: "The restarts of a container are recent and repeated: at least 3 in all, the last within 1 hour, or more " +
			"than 1 per day of the pod's age (at least one day is assumed), the last within 24 hours. Each replica is " +
			"judged separately. A high restart count alone is not a finding: 40 restarts that stopped months ago do " +
			"not count. Containers that are restarted only after errors (init containers, Jobs) count until they have " +
			"succeeded.",
		Why: "Every restart drops the requests in flight and starts with cold caches, and between restarts the pod " +
			"looks healthy, so no alert fires. A slow leak or a rare crash shows as a handful of restarts for weeks, " +
			"and then takes down all replicas at the next peak.",
		Fix: "Read the logs of the previous run (kubectl logs --previous) and the Events of the pod. Exit codes 137 " +
			"and 143 together with Unhealthy Events are kills by the liveness probe: find out whether the probe or the " +
			"program is wrong. Other exit codes are the program's own.",
		Limitations: "The API keeps only a total count and the last run, so the causes of earlier restarts are not " +
			"known. If the end of the last run is lost, the start of the current one counts. A pod that was replaced " +
			"starts at 0. If the kubelet did not see the last termination (ContainerStatusUnknown, a node that " +
			"restarted), the container is not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

var (
	restartsRepeated = audit.Int("restarts", 3, "how many restarts count as repeated when the last run ended recently")
	restartRecent    = audit.Duration("recent", time.Hour, "how recent the end of the last run must be")
	restartsPerDay   = audit.Int("per-day", 1, "how many restarts for each day of the pod's life are acceptable")
)

func containerRestarting(p *audit.Pass, _ *inventory.Workload, group *replicas) []audit.Fault {
	var restarting []ending
	for _, r := range group.items {
		e := ending{r, r.container.LatestTermination()}
		if e.finished().IsZero() || e.end != nil && (termination.Lost(e.end) || !r.pod.StartsAgain(r.container, e.end)) {
			continue
		}
		if recentAndRepeated(p, r.container.Restarts, p.Now.Sub(r.pod.Created), p.Now.Sub(e.finished())) {
			restarting = append(restarting, e)
		}
	}
	if len(restarting) == 0 {
		return nil
	}
	last := newest(restarting)
	fault := group.fault(p, restarting)
	fault.Message = group.share(len(restarting), ": ") + historyOf(restarting, p.Now).text(p) + "; " + group.lastRun(p, last)
	if last.end == nil {
		fault.Message += ", the current one began " + ago(p, last.finished())
	}
	fault.Fix = lookInto(p, last)
	return []audit.Fault{fault}
}

// recentAndRepeated judges the restarts of one container: their count, the age
// of the pod, and how long ago the last run ended. A pod younger than a day
// counts as a day old, so that one restart is never a rate.
func recentAndRepeated(p *audit.Pass, restarts int32, age, ended time.Duration) bool {
	const day = 24 * time.Hour
	perDay := float64(restarts) * float64(day) / float64(max(age, day))
	return int(restarts) >= restartsRepeated.In(p) && ended <= restartRecent.In(p) ||
		perDay > float64(restartsPerDay.In(p)) && ended <= day
}
