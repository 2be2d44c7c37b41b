package audit

import (
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// sameTime is how much older a cause may be than what it explains: a kill of
// yesterday does not explain what goes on now.
const sameTime = time.Hour

// explained are the IDs of all checks for which one of these speaks.
func explained(checks []*Check) map[string]bool {
	ids := map[string]bool{}
	for _, c := range checks {
		for _, id := range c.explains() {
			ids[id] = true
		}
	}
	return ids
}

// explains are the IDs of the checks for which some fault of the check speaks.
func (c *Check) explains() []string {
	names := slices.Clone(c.Explains)
	for _, more := range c.VariantExplains {
		names = append(names, more...)
	}
	for i, name := range names {
		names[i], _, _ = strings.Cut(name, "/")
	}
	return names
}

// part is one fault of a failure.
type part struct {
	of    *failure
	fault *Fault
}

func (p part) severity() api.Severity { return p.fault.severity(p.of.check) }

// speaksFor reports whether what a fault says covers what another one says.
func (p part) speaksFor(other part) bool {
	named := func(name string) bool {
		id, variant, _ := strings.Cut(name, "/")
		return id == other.of.check.ID && (variant == "" || variant == other.fault.Variant)
	}
	check := p.of.check
	return slices.ContainsFunc(check.Explains, named) || slices.ContainsFunc(check.VariantExplains[p.fault.Variant], named)
}

// explains reports whether a fault is where the other one is and fits its time:
// in the pod or, where one of the two is about no pods, in the subject.
func (p part) explains(other part, pod *inventory.Pod, now time.Time) bool {
	if p.fault.Container != other.fault.Container && p.fault.Container != "" && other.fault.Container != "" {
		return false
	}
	if pod == nil || len(p.fault.Pods) == 0 {
		// Only pods prove that what is worse has the same cause.
		return p.severity().AtLeast(other.severity()) &&
			(p.fault.Seen == nil || now.Sub(slices.MaxFunc(p.fault.Seen, time.Time.Compare)) <= sameTime)
	}
	at := p.fault.seenIn(pod, now)
	return !at.IsZero() && other.fault.seenIn(pod, now).Sub(at) <= sameTime
}

// seenIn returns when a fault was last seen in a pod, zero for others than its
// own.
func (f *Fault) seenIn(pod *inventory.Pod, now time.Time) time.Time {
	switch i := slices.Index(f.Pods, pod); {
	case i < 0:
		return time.Time{}
	case f.Seen == nil:
		return now
	default:
		return f.Seen[i]
	}
}

// folder decides about the failures of one subject.
type folder struct {
	failures []*failure
	now      time.Time
}

// speaker finds the fault that speaks for another in a pod and that no check of its own reports.
func (f folder) speaker(of part, pod *inventory.Pod) (part, bool) {
	for _, other := range f.failures {
		for i := range other.faults {
			cause := part{other, &other.faults[i]}
			if !cause.speaksFor(of) || !cause.explains(of, pod, f.now) {
				continue
			}
			if further, found := f.speaker(cause, pod); found {
				return further, true
			}
			return cause, true
		}
	}
	return part{}, false
}

// folded returns the rest of a fault after others have reported a part of it.
type folded struct {
	part
	// worth is its severity, which may rise when it speaks for others.
	worth api.Severity
	by    []part
	// left is what the fault says of the pods that no other check covers.
	left *Fault
}

// divide finds who speaks for a fault, pod by pod. Where that is not known for
// all of them, and the fault cannot be reported for the rest alone, it is reported itself.
func (f folder) divide(p part) (folded, bool) {
	fate := folded{part: p, worth: p.severity()}
	spoken := map[*inventory.Pod]bool{}
	pods := p.fault.Pods
	if len(pods) == 0 {
		pods = []*inventory.Pod{nil}
	}
	for _, pod := range pods {
		if by, found := f.speaker(p, pod); found {
			spoken[pod] = true
			if !slices.Contains(fate.by, by) {
				fate.by = append(fate.by, by)
			}
		}
	}
	if len(spoken) == 0 || len(spoken) < len(pods) && p.fault.Without == nil {
		return folded{}, false
	}
	if len(spoken) < len(pods) {
		fate.left = p.fault.Without(func(pod *inventory.Pod) bool { return spoken[pod] })
	}
	return fate, true
}

// fold removes, from the failures of one subject, the faults for which a more
// specific one speaks, and notes their checks on the speaker, which becomes as
// severe as they are.
func fold(failures []*failure, explained map[string]bool, now time.Time) {
	f := folder{failures, now}
	// Who speaks is decided on all the faults, before any is changed: a chain
	// folds under its first member.
	var fates []folded
	for _, failure := range failures {
		for i := range failure.faults {
			if !explained[failure.check.ID] {
				break
			}
			if fate, found := f.divide(part{failure, &failure.faults[i]}); found {
				fates = append(fates, fate)
			}
		}
	}
	left := make(map[part]*Fault, len(fates))
	for _, fate := range fates {
		left[fate.part] = fate.left
	}
	for _, fate := range fates {
		for _, by := range fate.by {
			if fate.left == nil && !slices.Contains(by.of.folded, fate.of.check.ID) {
				by.of.folded = append(by.of.folded, fate.of.check.ID)
			}
			for _, f := range []*Fault{by.fault, left[by]} {
				if f != nil && !f.severity(by.of.check).AtLeast(fate.worth) {
					f.Severity = fate.worth
				}
			}
		}
	}
	for _, failure := range failures {
		slices.Sort(failure.folded)
		failure.own = failure.unfolded(left)
	}
}

// unfolded are the faults for which nothing else speaks, and what is left of
// others.
func (f *failure) unfolded(left map[part]*Fault) []Fault {
	if len(left) == 0 {
		return f.faults
	}
	var own []Fault
	for i := range f.faults {
		if rest, divided := left[part{f, &f.faults[i]}]; !divided {
			own = append(own, f.faults[i])
		} else if rest != nil {
			own = append(own, *rest)
		}
	}
	return own
}
