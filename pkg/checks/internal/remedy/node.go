package remedy

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// OutOfService declares that a node is off, so that its pods are removed and
// their volumes detached.
func OutOfService(node, advice string) audit.Fix {
	return audit.Fix{
		Advice:  advice,
		Command: audit.Kubectl("taint", "nodes").On(node, corev1.TaintNodeOutOfService+"=nodeshutdown:NoExecute"),
	}
}
