package stability

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ContainerRestarting finds containers that keep restarting, slowly or fast.
var ContainerRestarting = &audit.Check{
	ID: "container-restarting", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true,
	Title:   "A container restarts again and again",
	Options: []audit.Option{restartsRepeated, restartRecent, restartsPerDay},
	Judge:   eachContainer((*inventory.Workload).Judged, containerRestarting),
	Doc: audit.Doc{
		What: "The restarts of a container are recent and repeated: at least 3 in all with the last end of a run within " +
			"1 hour, or more than 1 for each day that the pod exists (at least one day is assumed) with the last within " +
			"24 hours. Each replica is judged by itself. The lifetime count alone never fails: 40 restarts in a year that " +
			"stopped in spring are history. What is restarted only after errors (init containers, Jobs) counts until it has succeeded.",
		Why: "Every restart drops the requests in flight and starts with cold caches, and between restarts all looks " +
			"healthy: nobody is called. A slow leak or a rare crash shows for weeks as a handful of restarts before it " +
			"takes all replicas at the worst moment.",
		Fix: "Read the logs of the run before (kubectl logs --previous) and the events of the pod. Exit codes 137 and 143 " +
			"together with Unhealthy events are liveness kills: see whether the probe or the program is wrong. Other exit codes " +
			"are the program's own.",
		Blind: "The API keeps one count for all causes and only the last run: what the earlier restarts were is not " +
			"known. Where the end of the last run is lost, the start of the present one counts. A pod that was replaced starts at 0. Ends that nobody saw (ContainerStatusUnknown, a node that " +
			"restarted) are no crash: where the last end is one, the container is left alone.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
		},
	},
}

var (
	restartsRepeated = audit.Int("restarts", 3, "how many restarts are repeated ones when the last run ended recently")
	restartRecent    = audit.Duration("recent", time.Hour, "how long ago a run that ended recently may have ended")
	restartsPerDay   = audit.Int("per-day", 1, "how many restarts for each day of the pod's life are not too many")
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
		fault.Message += ", the present one began " + ago(p, last.finished())
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
