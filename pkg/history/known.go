package history

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Known returns the findings that the last run of each series has, could not judge, or
// knows to be gone for less than a week.
func (d Directory) Known() ([]api.Finding, error) {
	all, err := d.series()
	var findings []api.Finding
	for _, name := range all {
		found, err := list(name)
		if err != nil {
			continue
		}
		var entries reader
		if e := entries.first(slices.Backward(found.complete)); e != nil {
			findings = slices.Concat(findings, e.Findings, e.Memory.Unjudged, e.Memory.Gone)
		}
	}
	return findings, err
}
