package resources

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// CPULimitMissing finds containers that may use any idle CPU, for teams that want
// CPU limits.
var CPULimitMissing = &audit.Check{
	ID: "cpu-limit-missing", Category: Category, Severity: api.Info, Since: "v0.1.0", Profile: api.Strict, Urgency: api.Later,
	Field: "resources.limits.cpu",
	Title: "Container has no CPU limit",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Judge: audit.Over(audit.Workloads, cpuLimitMissing),
	Doc: audit.Doc{
		What: "A container of any kind has no CPU limit (or a limit of 0, which means none), and neither has the pod " +
			"as a whole, after the defaults of LimitRanges. Runs only on request: many teams omit CPU limits on " +
			"purpose. Finished pods and Jobs are not judged.",
		Why: "Without a limit a container uses whatever CPU its node has to spare, and on a busy node each container " +
			"gets a share according to its request. Its speed then depends on its neighbors (\"noisy neighbors\"): a " +
			"program that is fast on an empty node may be too slow on a busy one. A limit makes the speed predictable, " +
			"at the price of throttling while CPU is idle. Exclusive CPU cores require limits as well: they are given " +
			"only to pods whose limits equal their requests.",
		Fix: "Decide for the whole cluster. If CPU limits are wanted, set them well above the usual peak, watch " +
			"container_cpu_cfs_throttled_periods_total, and tell the runtime how many cores it has (GOMAXPROCS, " +
			"-XX:ActiveProcessorCount). If not, check that every container has a CPU request.",
		Limitations: "Whether a container is throttled, or slowed down by its neighbors, is not known.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
			"https://kubernetes.io/docs/tasks/administer-cluster/cpu-management-policies/",
		},
	},
}

func cpuLimitMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	return judgeAdmitted(p, w, func(t *inventory.Template) []audit.Fault {
		var faults []audit.Fault
		for _, c := range unlimited(t, corev1.ResourceCPU) {
			faults = append(faults, audit.Fault{
				Container: c.Name,
				Message:   "no CPU limit",
				Evidence:  api.Evidence{"containerKind": string(t.KindOf(c))},
				Fix: remedy.Resources(w, c.Name, "limit its CPU to well above its usual peak",
					"--limits=", "cpu=CPU"),
			})
		}
		return faults
	})
}
