package resources

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// MemoryLimitMissing finds containers that can take a node's memory.
var MemoryLimitMissing = &audit.Check{
	ID: "memory-limit-missing", Category: Category, Severity: report.High, Since: "v0.1.0",
	Title:    "A container has no memory limit",
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Explains: []string{"sidecar-without-limits"},
	Judge:    audit.Over(audit.Workloads, memoryLimitMissing),
	Doc: audit.Doc{
		What: "A container or native sidecar has no memory limit (or one of 0, which means none), and neither has the " +
			"pod as a whole. Judged in running pods, where the defaults of LimitRanges are set already; where no pod " +
			"runs, in the workload's template with the defaults of its namespace. Medium for an init container, which " +
			"has the memory only while the pod starts. Finished pods and Jobs are not judged.",
		Why: "A leak in one container becomes an outage of its node: memory runs short, the kubelet evicts pods or the " +
			"kernel kills processes, and not always the guilty one. The pods move to the next node and take the leak " +
			"with them. With a limit the same leak is one restart of one container, and it says OOMKilled.",
		Fix: "Measure before you choose: the working set under real load and right after a start (kubectl top pod " +
			"--containers, or container_memory_working_set_bytes over some days). Take its peak with a margin of a " +
			"quarter to a half, request the same amount, and tell a runtime with a heap (JVM, Node.js, Go) to stay " +
			"below it. For many workloads at once, set a default with a LimitRange.",
		Blind: "Whether a limit fits the program is not seen. Pods of one revision are taken to be alike: one that was " +
			"resized in place is not told apart.",
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
				Evidence:  report.Evidence{"containerKind": string(kind)},
				Fix: remedy.Resources(w, c.Name, "limit its memory to the peak under load and a margin (kubectl top pod --containers)",
					"--limits=", "memory=MEMORY"),
			}
			if isSet(c.Resources.Requests, corev1.ResourceMemory) {
				fault.Evidence["memoryRequest"] = c.Resources.Requests.Memory().String()
			}
			if kind == inventory.Init {
				fault.Severity = report.Medium
				fault.Message = "no memory limit, so it can use up the node's memory while the pod starts"
			}
			faults = append(faults, fault)
		}
		return faults
	})
}
