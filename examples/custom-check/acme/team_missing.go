package acme

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var teamLabel = audit.List("labels", []string{"team"}, "labels that name a team; one of them suffices")

// TeamMissing finds workloads that do not name the team responsible for them.
var TeamMissing = &audit.Check{
	ID: "team-missing", Category: Category, Severity: api.Medium,
	Title:   "A workload does not name its team",
	Options: []audit.Option{teamLabel},
	Reads:   audit.Reads{AbsentFrom: []inventory.Resource{inventory.Namespaces}},
	Judge:   audit.Over(audit.Workloads, teamMissing),
	Doc: audit.Doc{
		What:        "Neither the pods of a workload nor its namespace have a label that names a team.",
		Why:         "When the workload fails, the on-call engineer does not know whom to call.",
		Fix:         "Add the label to the pod template, or to the namespace if one team owns all of it.",
		Limitations: "Any value of the label is accepted: whether there is such a team is not checked.",
	},
}

func teamMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	wanted := teamLabel.In(p)
	names := func(labels map[string]string) bool {
		return slices.ContainsFunc(wanted, func(label string) bool { return labels[label] != "" })
	}
	switch {
	case len(w.Templates) == 0 || len(wanted) == 0:
		return audit.NotApplicable()
	case names(w.Templates[0].Labels):
		return audit.Faults()
	}
	if n := p.Namespace(w.Namespace); n != nil && names(n.Labels) {
		return audit.Faults()
	}
	return audit.Faults(audit.Fault{
		Message:  "no label " + wanted[0] + " on its pods or its namespace",
		Evidence: api.Evidence{"labels": wanted},
		Fix: audit.Fix{
			Advice:  "label its pod template or, if one team owns all of it, its namespace",
			Command: audit.Kubectl("label", "namespace").On(w.Namespace, wanted[0]+"=TEAM"),
		},
	})
}
