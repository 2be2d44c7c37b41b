package traffic

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ServiceSelectsNothing finds Services whose selector matches nothing.
var ServiceSelectsNothing = &audit.Check{
	ID: "service-selects-nothing", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Field: "selector",
	Title: "Service selector matches no pods",
	Reads: audit.Reads{
		Optional: append([]inventory.Resource{inventory.Pods, inventory.EndpointSlices}, inventory.Controllers...),
	},
	Options: []audit.Option{selectionGrace},
	Judge:   audit.Over(audit.Services, serviceSelectsNothing),
	Doc: audit.Doc{
		What: "The selector of a Service that is older than 2 minutes matches no pod and no template of a workload. A " +
			"workload that is scaled to 0, or a CronJob between two runs, is selected by its template. Medium if the " +
			"EndpointSlices have been empty since they were created, if the Service only serves metrics, or if a " +
			"custom resource owns the Service. Labels that controllers add to pods count, and so do templates of " +
			"custom resources. In files that contain only a part of a cluster, a Service is flagged only for a near " +
			"miss: exactly one workload of the namespace matches all labels but one, whose value is misspelled, or " +
			"different while other labels match. The severity is then medium.",
		Why: "This Service cannot get an endpoint until something changes. Its name resolves, every connection fails, " +
			"and nothing in the Service says why: usually a label was renamed in the workload but not in the selector, " +
			"or the workload was deleted and the Service forgotten.",
		Fix: "Compare the selector with the labels in the pod templates of its namespace. Every pair of the selector " +
			"must match exactly. Correct the selector: changing the labels instead requires a rollout and, if they are " +
			"in the workload's own selector, a new workload. Delete the Service if it is no longer needed.",
		Limitations: "A Service for pods that exist only now and then is flagged, such as an operator's Service for " +
			"replicas while there is only a primary. If pods run, their labels are compared, not those of their " +
			"template. Services without a selector and ExternalName Services are not judged. If the endpoints are " +
			"judged as well, service-without-endpoints reports the Service.",
		References: []string{
			"https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service",
			"https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
		},
	},
}

var selectionGrace = audit.Duration("grace", 2*time.Minute, "how old a Service must be: it may be created before its workload")

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
		Evidence: api.Evidence{"selector": selectorText(s)},
		Fix: audit.Fix{
			Advice:  "correct its selector to match the labels of its pods, or delete it",
			Command: audit.Kubectl("get", "pods").In(s.Namespace).With("--show-labels"),
		},
	}
	if s.NeverServed() || s.MetricsOnly || s.Owner.Custom() {
		// No request is lost, or its owner knows which pods should exist.
		fault.Severity = api.Medium
	}
	near := p.NearMiss(s.Namespace, labels.SelectorFromSet(s.Selector))
	why := p.WhyIncomplete(s.Namespace, append([]inventory.Resource{inventory.Pods}, inventory.Controllers...)...)
	switch {
	case why != "" && (near == nil || !p.IsPart()):
		return audit.Unknown(why)
	case why != "":
		fault.Severity = api.Medium
		fault.Message = fmt.Sprintf("its selector %s matches nothing in these files", selectorText(s))
	}
	if near != nil {
		fault.Evidence["nearest"] = near.Kind + "/" + near.Name
		fault.Message += fmt.Sprintf(", but %s", near)
	}
	return audit.Faults(fault)
}
