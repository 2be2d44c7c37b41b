package processes

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// RootFilesystemWritable finds containers that can change the files of their own
// image.
var RootFilesystemWritable = &audit.Check{
	ID: "root-filesystem-writable", Category: Category, Severity: api.Info, Since: "v0.1.0", Urgency: api.Later,
	Field: "securityContext.readOnlyRootFilesystem",
	Title: "readOnlyRootFilesystem is not set",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.Nodes}},
	Judge: audit.Over(audit.Workloads, rootFilesystemWritable),
	Doc: audit.Doc{
		What: "securityContext.readOnlyRootFilesystem is not true for a container of any kind. Windows pods, which do " +
			"not support it, and finished pods are not judged. The operating system is known from spec.os, a node " +
			"selector, a required node affinity, or the node.",
		Why: "Files that a program writes outside its volumes are in the container's own layer: they are lost at the " +
			"next restart, differ between replicas, and fill the disk of the node, which then evicts pods. An attacker " +
			"can change the program itself. A read-only image is the one that was tested.",
		Fix: "Set readOnlyRootFilesystem to true, start the program in a test environment, and mount an emptyDir with " +
			"a sizeLimit at each path for which it then reports an error: usually /tmp, a cache, or a directory for a " +
			"PID file. Data that must outlive the container belongs on a PersistentVolumeClaim.",
		Limitations: "Whether a container really writes is not known: root-filesystem-written reports that. The setting may " +
			"break a program that needs a writable path nobody knows of.",
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
			Evidence: api.Evidence{"containerKind": string(t.KindOf(c))},
			Fix: remedy.Container(w, t, c.Name, "make it read-only, with an emptyDir where the program must write",
				remedy.Fields{"securityContext": remedy.Fields{"readOnlyRootFilesystem": true}}),
		}
	})
}

func readOnlyRoot(c *corev1.Container) bool {
	s := c.SecurityContext
	return s != nil && s.ReadOnlyRootFilesystem != nil && *s.ReadOnlyRootFilesystem
}
