package stability

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// describe shows a pod's state and events, which say more than a finding can.
func describe(pod *inventory.Pod, advice string) audit.Fix {
	return audit.Fix{Advice: advice, Command: audit.Kubectl("describe", "pod").In(pod.Namespace).On(pod.Name)}
}

// describeWorkload shows a workload's status and events.
func describeWorkload(w *inventory.Workload, advice string) audit.Fix {
	return audit.Fix{Advice: advice, Command: audit.Kubectl("describe").In(w.Namespace).On(strings.ToLower(w.Kind) + "/" + w.Name)}
}
