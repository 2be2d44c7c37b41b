package resources

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// MemoryLimitMissing finds containers that can use up a node's memory.
var MemoryLimitMissing = &audit.Check{
	ID: "memory-limit-missing", Category: Category, Severity: api.High, Since: "v0.1.0",
	Field:    "resources.limits.memory",
	Title:    "Container has no memory limit",
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Explains: []string{"sidecar-without-limits"},
	Judge:    audit.Over(audit.Workloads, memoryLimitMissing),
	Doc: audit.Doc{
		What: "A container or native sidecar has no memory limit (or a limit of 0, which means none), and neither has " +
			"the pod as a whole. Running pods are judged after the defaults of LimitRanges; if no pod runs, the " +
			"workload's template is judged with the defaults of its namespace. Medium for an init container, which " +
			"uses the memory only while the pod starts. Finished pods and Jobs are not judged.",
		Why: "A memory leak in one container becomes an outage of its node: memory runs short, and the kubelet evicts " +
			"pods or the kernel kills processes, not always the ones that caused it. The pods move to the next node, " +
			"and the leak moves with them. With a limit the same leak restarts one container, with the reason " +
			"OOMKilled.",
		Fix: "Measure before you choose a limit: the working set under real load and right after a start (kubectl top " +
			"pod --containers, or container_memory_working_set_bytes over some days). Take its peak plus a quarter to " +
			"a half, request the same amount, and configure a runtime with a heap (JVM, Node.js, Go) to stay below it. " +
			"For many workloads at once, set a default with a LimitRange.",
		Limitations: "Whether a limit fits the program is not known. Pods of one revision are assumed to be alike: a pod " +
			"that was resized in place is not distinguished.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
			"https://kubernetes.io/docs/concepts/policy/limit-range/",
			"https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/",
		},
	},
}

func memoryLimitMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	return judgeAdmitted(p, w, func(t *inventory.Template) []audit.Fault {
		var faults []audit.Fault
		for _, c := range unlimited(t, corev1.ResourceMemory) {
			kind := t.KindOf(c)
			fault := audit.Fault{
				Container: c.Name,
				Message:   "no memory limit, so it can use up the node's memory",
				Evidence:  api.Evidence{"containerKind": string(kind)},
				Fix: remedy.Resources(w, c.Name, "limit its memory to the peak under load plus a margin (kubectl top pod --containers)",
					"--limits=", "memory=MEMORY"),
			}
			if isSet(c.Resources.Requests, corev1.ResourceMemory) {
				fault.Evidence["memoryRequest"] = c.Resources.Requests.Memory().String()
			}
			if kind == inventory.Init {
				fault.Severity = api.Medium
				fault.Message = "no memory limit, so it can use up the node's memory while the pod starts"
			}
			faults = append(faults, fault)
		}
		return faults
	})
}
