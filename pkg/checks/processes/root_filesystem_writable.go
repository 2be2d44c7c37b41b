package processes

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// RootFilesystemWritable finds containers that can change their own image's
// files.
var RootFilesystemWritable = &audit.Check{
	ID: "root-filesystem-writable", Category: Category, Severity: report.Info, Since: "v0.1.0", Urgency: report.Later,
	Title: "A container may write to its root filesystem",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.Nodes}},
	Judge: audit.Over(audit.Workloads, rootFilesystemWritable),
	Doc: audit.Doc{
		What: "securityContext.readOnlyRootFilesystem is not true for a container of any kind. Pods for Windows, which " +
			"does not know it, and finished pods are not judged. The operating system is told by spec.os, a node selector, a " +
			"required node affinity, or the node.",
		Why: "What a program writes beside its volumes lives in the container's own layer: it is gone after the next " +
			"restart, it differs between replicas, and it fills the disk of the node, which then evicts pods. Whoever " +
			"breaks in can change the program itself. An image that nothing can change is the one that was tested.",
		Fix: "Set readOnlyRootFilesystem to true, start it in a test environment, and mount an emptyDir with a sizeLimit " +
			"at each path about which it then complains: mostly /tmp, a cache, or a directory for a PID file. Data that " +
			"must outlive the container belongs on a PersistentVolumeClaim.",
		Blind: "Whether a container does write is not seen: that is what root-filesystem-written is for. Setting it may " +
			"stop a program that needs a writable path nobody thought of.",
		References: []string{
			"https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
			"https://kubernetes.io/docs/concepts/storage/volumes/#emptydir",
		},
	},
}

func rootFilesystemWritable(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 || w.Templates[0].Windows() {
		return audit.NotApplicable()
	}
	return audit.EachContainer(w, (*inventory.Template).All, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		if readOnlyRoot(c) {
			return nil
		}
		return &audit.Fault{
			Message:  "the root filesystem is writable",
			Evidence: audit.Fact(p, "containerKind", string(t.KindOf(c))),
			Fix: remedy.Container(w, t, c.Name, "make it read-only, with an emptyDir where it must write",
				remedy.Fields{"securityContext": remedy.Fields{"readOnlyRootFilesystem": true}}),
		}
	})
}

func readOnlyRoot(c *corev1.Container) bool {
	s := c.SecurityContext
	return s != nil && s.ReadOnlyRootFilesystem != nil && *s.ReadOnlyRootFilesystem
}
