package stability

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// describe shows a pod's state and events, which say more than a finding can.
func describe(pod *inventory.Pod, advice string) audit.Fix {
	return audit.Fix{Advice: advice, Command: audit.Kubectl("describe", "pod").In(pod.Namespace).On(pod.Name)}
}
