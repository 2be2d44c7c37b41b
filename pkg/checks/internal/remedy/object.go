package remedy

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Object patches the spec of an object of a built-in kind that is not a workload:
// a budget, an autoscaler. A Job is stopped at once, whatever made it.
func Object(o *inventory.Object, advice string, fields Fields) audit.Fix {
	if o.Owner.Custom() && o.Kind != "Job" {
		return audit.Fix{Advice: advice + in(o.Owner)}
	}
	return audit.Fix{Advice: advice, Command: audit.Kubectl("patch").In(o.Namespace).On(strings.ToLower(o.Kind)+"/"+o.Name).Flag("--patch", JSON(Fields{"spec": fields}))}
}

// Custom patches a custom resource, for which kubectl has no merge of its own.
func Custom(o *inventory.Object, resource, advice, patch string) audit.Fix {
	return audit.Fix{
		Advice:  advice,
		Command: audit.Kubectl("patch").In(o.Namespace).On(resource+"/"+o.Name).With("--type=merge").Flag("--patch", patch),
	}
}
