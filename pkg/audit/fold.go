package audit

import (
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// sameTime limits how much older a cause may be than its effect: a kill of
// yesterday does not explain what happens now.
const sameTime = time.Hour

// explained returns the IDs of all checks that one of these checks may explain.
func explained(checks []*Check) map[string]bool {
	ids := map[string]bool{}
	for _, c := range checks {
		for _, id := range c.explains() {
			ids[id] = true
		}
	}
	return ids
}

// explains returns the IDs of the checks that some fault of the check may
// explain.
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

// mayExplain reports whether the check of a fault declares that it explains
// faults like the other one.
func (p part) mayExplain(other part) bool {
	named := func(name string) bool {
		id, variant, _ := strings.Cut(name, "/")
		return id == other.of.check.ID && (variant == "" || variant == other.fault.Variant)
	}
	check := p.of.check
	return slices.ContainsFunc(check.Explains, named) || slices.ContainsFunc(check.VariantExplains[p.fault.Variant], named)
}

// fits reports whether a fault was seen in the same place as the other one and
// at a time that fits. The place is a pod or, if one of the two is not about
// pods, the subject.
func (p part) fits(other part, pod *inventory.Pod, now time.Time) bool {
	if p.fault.Container != other.fault.Container && p.fault.Container != "" && other.fault.Container != "" {
		return false
	}
	if pod == nil || len(p.fault.Pods) == 0 {
		// Only pods prove that a worse effect has the same cause.
		return p.severity().AtLeast(other.severity()) &&
			(p.fault.Seen == nil || now.Sub(slices.MaxFunc(p.fault.Seen, time.Time.Compare)) <= sameTime)
	}
	at := p.fault.seenIn(pod, now)
	return !at.IsZero() && other.fault.seenIn(pod, now).Sub(at) <= sameTime
}

// seenIn returns the time at which a fault was last seen in a pod, zero for pods
// of other faults.
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

// folder folds the failures of one subject.
type folder struct {
	failures []*failure
	now      time.Time
}

// cause finds the fault that explains another one in a pod. If that fault is
// itself explained, it returns the first of the chain.
func (f folder) cause(of part, pod *inventory.Pod) (part, bool) {
	for _, other := range f.failures {
		for i := range other.faults {
			candidate := part{other, &other.faults[i]}
			if !candidate.mayExplain(of) || !candidate.fits(of, pod, f.now) {
				continue
			}
			if further, found := f.cause(candidate, pod); found {
				return further, true
			}
			return candidate, true
		}
	}
	return part{}, false
}

// folded is a fault that other checks report, at least in some of its pods.
type folded struct {
	part
	// worth is the severity that the causes must have at least.
	worth api.Severity
	by    []part
	// left is the fault in the pods that no other check explains, nil if there are
	// none.
	left *Fault
}

// divide finds the causes of a fault, pod by pod. If some pods have no known
// cause, and the fault cannot be reported for these alone, it stays as it is.
func (f folder) divide(p part) (folded, bool) {
	fate := folded{part: p, worth: p.severity()}
	explained := map[*inventory.Pod]bool{}
	pods := p.fault.Pods
	if len(pods) == 0 {
		pods = []*inventory.Pod{nil}
	}
	for _, pod := range pods {
		if by, found := f.cause(p, pod); found {
			explained[pod] = true
			if !slices.Contains(fate.by, by) {
				fate.by = append(fate.by, by)
			}
		}
	}
	if len(explained) == 0 || len(explained) < len(pods) && p.fault.Without == nil {
		return folded{}, false
	}
	if len(explained) < len(pods) {
		fate.left = p.fault.Without(func(pod *inventory.Pod) bool { return explained[pod] })
	}
	return fate, true
}

// fold removes the faults of one subject that a more specific check explains. It
// notes their checks on the cause, which becomes as severe as they are.
func fold(failures []*failure, explained map[string]bool, now time.Time) {
	f := folder{failures, now}
	// Find the causes of all faults before changing any: a chain of faults folds
	// under its first member.
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

// unfolded returns the faults without a known cause, and the rest of those that
// have one only in some pods.
func (f *failure) unfolded(left map[part]*Fault) []Fault {
	divided := false
	for i := range f.faults {
		_, found := left[part{f, &f.faults[i]}]
		divided = divided || found
	}
	if !divided {
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
