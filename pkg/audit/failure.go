package audit

import "github.com/prodcheck/kubectl-prodcheck/pkg/api"

// failure contains the faults that one check found in one subject.
type failure struct {
	check *Check
	// position is the position of the check among all that run.
	position int
	faults   []Fault
	// own are the open faults that no more specific check explains.
	own []Fault
	// folded are the checks whose findings this one explains.
	folded []string
	// suppressed are the faults that policy suppresses, by the reason.
	suppressed []suppressedFaults
}

type suppressedFaults struct {
	by     *api.Suppression
	faults []Fault
}

func (f *failure) suppress(fault Fault, by *api.Suppression) {
	for i := range f.suppressed {
		if s := &f.suppressed[i]; s.by == by {
			s.faults = append(s.faults, fault)
			return
		}
	}
	f.suppressed = append(f.suppressed, suppressedFaults{by, []Fault{fault}})
}
