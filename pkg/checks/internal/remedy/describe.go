package remedy

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Describe shows the state and the events of an object, which say more than a
// finding can.
func Describe(o *inventory.Object, advice string) audit.Fix {
	return audit.Fix{Advice: advice, Command: audit.Kubectl("describe").In(o.Namespace).On(strings.ToLower(o.Kind) + "/" + o.Name)}
}

// DescribePod is Describe for a pod.
func DescribePod(pod *inventory.Pod, advice string) audit.Fix {
	return audit.Fix{Advice: advice, Command: audit.Kubectl("describe", "pod").In(pod.Namespace).On(pod.Name)}
}
