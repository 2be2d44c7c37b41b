package audit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func (f Fault) severity(c *Check) api.Severity {
	if c.defaultSeverity != "" {
		return c.Severity
	}
	return cmp.Or(f.Severity, c.Severity)
}

// finding makes one finding of some faults of one check and subject. The worst
// fault gives severity and evidence; containers with the same message share it.
func (f *failure) finding(o *inventory.Object, faults []Fault, positions *inventory.Positions) api.Finding {
	if len(faults) > 1 {
		faults = slices.Clone(faults)
		slices.SortStableFunc(faults, func(a, b Fault) int {
			return cmp.Compare(a.severity(f.check).Rank(), b.severity(f.check).Rank())
		})
	}
	worst := faults[0]
	found := api.Finding{
		Check: f.check.ID, Severity: worst.severity(f.check), Object: objectOf(o),
		Message: joinMessages(faults), Evidence: evidenceOf(o, faults),
		Fix: joinFixes(faults), Folded: f.folded,
	}
	if containers := containersOf(faults); len(containers) == 1 {
		found.Object.Container = containers[0]
	}
	for _, fault := range faults {
		if !fault.Since.IsZero() && (found.Since == nil || fault.Since.Before(found.Since.Time)) {
			since := metav1.NewTime(fault.Since.UTC())
			found.Since = &since
		}
	}
	if at := positions.Find(o); at != nil {
		found.Source = &api.Source{File: at.File, Line: at.LineOf(worst.Container, f.check.Field)}
	}
	found.Fingerprint = api.Fingerprint(found.Check, found.Object)
	return found
}

// evidenceOf returns the evidence of the worst fault, which comes first. It adds
// the containers and pods of all faults, and the owner of the object.
func evidenceOf(o *inventory.Object, faults []Fault) api.Evidence {
	evidence := api.Evidence{}
	if o.Owner != nil {
		evidence["owner"] = o.Owner.Kind + " " + o.Owner.Name
	}
	if containers := containersOf(faults); len(containers) > 1 {
		evidence["containers"] = containers
	}
	if names, nodes := worstPods(faults); len(names) > 0 {
		evidence["podNames"], evidence["podNodes"] = names, nodes
	}
	if len(evidence) == 0 {
		return faults[0].Evidence
	}
	maps.Copy(evidence, faults[0].Evidence)
	return evidence
}

func containersOf(faults []Fault) []string {
	return distinct(faults, func(f *Fault) string { return f.Container })
}

// joinMessages names the containers only if there are several: a single one is
// in the finding's object.
func joinMessages(faults []Fault) string {
	if len(faults) == 1 {
		return faults[0].Message
	}
	messages := distinct(faults, func(f *Fault) string { return f.Message })
	if len(containersOf(faults)) > 1 {
		for i, message := range messages {
			names := distinct(faults, func(f *Fault) string {
				if f.Message != message {
					return ""
				}
				return f.Container
			})
			if len(names) > 0 {
				messages[i] = strings.Join(names, ", ") + ": " + message
			}
		}
	}
	return strings.Join(messages, "; ")
}
