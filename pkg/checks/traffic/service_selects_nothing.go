package traffic

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// ServiceSelectsNothing finds Services whose selector fits nobody.
var ServiceSelectsNothing = &audit.Check{
	ID: "service-selects-nothing", Category: Category, Severity: report.High, Since: "v0.1.0", Live: true,
	Title: "A Service selects no pod and no workload",
	Reads: audit.Reads{
		Optional: append([]inventory.Resource{inventory.Pods, inventory.EndpointSlices}, inventory.Controllers...),
	},
	Options: []audit.Option{selectionGrace},
	Judge:   audit.Over(audit.Services, serviceSelectsNothing),
	Doc: audit.Doc{
		What: "The selector of a Service that is older than 2 minutes matches no pod, and not the labels in the template " +
			"of any workload either. A workload that is scaled to 0, or a CronJob between two runs, is selected by its " +
			"template. Medium if the EndpointSlices have been empty since they were made, if the " +
			"Service is for metrics only, or if a custom resource owns the " +
			"Service. Labels that controllers add to pods count, and so do templates of custom resources. In files that are a " +
			"part of a cluster, a finding needs a near miss: exactly one workload of the namespace has all labels but for one " +
			"value that is misspelt, or differs while others agree. It is medium.",
		Why: "No pod will ever come to stand behind this Service by itself. Its name resolves, every connection fails, " +
			"and nothing in the Service says why: usually a label was renamed in the workload and not in the selector, " +
			"or the workload was deleted and the Service forgotten.",
		Fix: "Compare the selector with the labels in the pod templates of its namespace. Every pair of the selector must " +
			"be there, letter by letter. Correct the selector: changing the labels instead means a rollout and, where " +
			"they are in the workload's own selector, a new workload. Delete the Service if nothing is meant to be behind it.",
		Blind: "A Service for pods that exist only now and then is flagged, such as an operator's Service for replicas " +
			"while there is only a primary. Where pods run, their labels are compared and not those of the template that " +
			"made them. Services without a selector and ExternalName Services are not judged. Where the endpoints are " +
			"judged too, service-without-endpoints tells of it.",
		References: []string{
			"https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service",
			"https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
		},
	},
}

var selectionGrace = audit.Duration("grace", 2*time.Minute, "how old a Service must be, as it may be created before its workload")

func serviceSelectsNothing(p *audit.Pass, s *inventory.Service) audit.Verdict {
	if !selects(s) {
		return audit.NotApplicable()
	}
	if len(s.Pods) > 0 || len(s.Workloads) > 0 || len(s.Makers) > 0 {
		return audit.Faults()
	}
	if p.Within(s.Created, selectionGrace.In(p)) {
		return audit.NotApplicable()
	}
	fault := audit.Fault{
		Message:  fmt.Sprintf("its selector %s matches no pod and no workload's template", selectorText(s)),
		Evidence: report.Evidence{"selector": selectorText(s)},
		Fix: audit.Fix{
			Advice:  "correct its selector by the labels of the pods that it should find, or delete it",
			Command: audit.Kubectl("get", "pods").In(s.Namespace).With("--show-labels"),
		},
	}
	if s.NeverServed() || s.MetricsOnly || s.Owner.Custom() {
		// No request is lost, or its owner knows which pods there should be.
		fault.Severity = report.Medium
	}
	if why := p.WhyIncomplete(s.Namespace, append([]inventory.Resource{inventory.Pods}, inventory.Controllers...)...); why != "" {
		near := p.NearMiss(s.Namespace, labels.SelectorFromSet(s.Selector))
		if near == nil || !p.Part {
			return audit.Unknown(why)
		}
		fault.Severity, fault.Evidence["nearest"] = report.Medium, near.Kind+"/"+near.Name
		fault.Message = fmt.Sprintf("its selector %s matches nothing in these files, but %s", selectorText(s), near)
	}
	return audit.Faults(fault)
}
