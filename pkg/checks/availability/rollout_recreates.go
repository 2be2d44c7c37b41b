package availability

import (
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/serving"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// RolloutRecreates finds workloads whose every rollout is an outage.
var RolloutRecreates = &audit.Check{
	ID: "rollout-recreates", Category: Category, Severity: api.Medium, Since: "v0.1.0",
	Field: "strategy.type",
	Title: "Each rollout takes all pods down at once",
	Reads: audit.Reads{Needs: []inventory.Resource{inventory.Services}},
	Judge: audit.Over(audit.Workloads, rolloutRecreates),
	Doc: audit.Doc{
		What: "A Service selects the workload, and its rollouts may stop all pods before a new one works: the " +
			"strategy is Recreate, or maxUnavailable is 100 % or at least the number of replicas. Only workloads with " +
			"at least 2 pods are judged: with one, replicas-single reports it. A Deployment that mounts a " +
			"PersistentVolumeClaim is not judged: unless its pods can share the volume, the old ones must stop first.",
		Why: "All old pods stop before the new ones start. The Service has no endpoint during every rollout, even for " +
			"a new image, variable or limit. If the new version does not start, no old pod is left: the outage lasts " +
			"until somebody finds the cause and rolls back.",
		Fix: "Use the strategy RollingUpdate with maxUnavailable 0 and a maxSurge, together with a readiness probe: " +
			"an old pod then stops only when a new one works. Two versions run side by side for a while, so changes to " +
			"schemas and formats must be compatible with the previous version. Recreate is right for a program that " +
			"must never run twice.",
		Limitations: "Whether the program can run twice is not known. With the strategy OnDelete somebody else decides the " +
			"order, which is not judged.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",
			"https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/",
		},
	},
}

func rolloutRecreates(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.Rollout == nil || len(w.Services) == 0 || w.Replicas != nil && *w.Replicas < 2 || w.SharesClaim() {
		return audit.NotApplicable()
	}
	how := ""
	switch r := w.Rollout; {
	case r.Strategy == inventory.Recreate:
		how = "strategy Recreate: each rollout stops"
	case r.Strategy == inventory.RollingUpdate && takesAll(w):
		how = "maxUnavailable " + r.MaxUnavailable.String()
		if r.MaxUnavailable.Type == intstr.Int {
			how += fmt.Sprintf(" of %d", r.Desired)
		}
		how += ": each rollout may stop"
	default:
		return audit.Faults()
	}
	alone := aloneBehind(w)
	if len(alone) == 0 {
		return audit.Faults()
	}
	return audit.Faults(audit.Fault{
		Message:  how + " all pods behind " + namesOf(alone) + " at once",
		Evidence: api.Evidence{"strategy": w.Rollout.Strategy, "services": serving.Names(alone)},
		Fix:      rollingUpdate(w),
	})
}

// takesAll reports whether a rolling update may end all pods before any new one
// works.
func takesAll(w *inventory.Workload) bool {
	limit := w.Rollout.MaxUnavailable
	if limit == nil {
		return false
	}
	if limit.Type == intstr.String {
		percent, err := strconv.Atoi(strings.TrimSuffix(limit.StrVal, "%"))
		return err == nil && percent >= 100
	}
	return w.Rollout.Desired >= 2 && limit.IntVal >= w.Rollout.Desired
}

func rollingUpdate(w *inventory.Workload) audit.Fix {
	const advice = "replace pods one after the other"
	if w.Kind != "Deployment" {
		return remedy.Spec(w, advice, remedy.Fields{"updateStrategy": remedy.Fields{"rollingUpdate": remedy.Fields{"maxUnavailable": 1}}})
	}
	return remedy.Spec(w, advice, remedy.Fields{"strategy": remedy.Fields{
		"type": inventory.RollingUpdate, "rollingUpdate": remedy.Fields{"maxUnavailable": 0, "maxSurge": 1},
	}})
}
