package audit

import "slices"

// folding is the rule that one cause makes one finding: in each row, the check
// that is named first speaks, and those after it are folded under it where
// they see the same subject and container and nothing worse. A fault of the
// whole subject covers all of its containers, and is covered by any of them. A
// worse one is another cause: a kill of last week does not explain a crash now.
var folding = [][]string{
	{"container-oom-killed", "container-crash-looping", "container-killed", "container-restarting"},
	{"container-oom-killed", "container-crash-looping", "rollout-stuck"},
	{"termination-forced", "container-killed"},
	{"config-reference-missing", "container-not-starting", "pod-pending", "rollout-stuck"},
	{"pod-unready", "probe-failing", "probe-timeout-default"},
	{"pod-unready", "rollout-stuck"},
	{"quota-blocks-pods", "rollout-stuck"},
	{"job-runaway", "cronjob-failing", "cronjob-never-succeeded", "job-failed"},
	{"job-runaway", "cronjob-overlapping"},
	{"rollout-without-readiness", "readiness-probe-missing"},
	{"service-without-endpoints", "service-selects-nothing"},
	{"service-endpoints-partial", "service-single-endpoint"},
	{"memory-limit-missing", "sidecar-without-limits"},
	{"replicas-on-one-node", "replicas-in-one-zone"},
}

// FoldedIDs are all checks that the rule names.
func FoldedIDs() []string {
	return slices.Concat(folding...)
}

// foldable are the checks that another one may speak for.
var foldable = func() map[string]bool {
	ids := map[string]bool{}
	for _, row := range folding {
		for _, id := range row[1:] {
			ids[id] = true
		}
	}
	return ids
}()

// speaksFor reports whether check a speaks for check b.
func speaksFor(a, b string) bool {
	return slices.ContainsFunc(folding, func(row []string) bool {
		i, j := slices.Index(row, a), slices.Index(row, b)
		return i >= 0 && j > i
	})
}

// fold removes, from the failures of one subject, the faults that a more
// specific check speaks for, and notes their checks on the speaker.
func fold(failures []*failure) {
	// Who speaks is decided on all the faults, before any is removed: a chain
	// folds under its first member.
	speakers := make([][]*failure, len(failures))
	for i, f := range failures {
		if !foldable[f.check.ID] {
			f.own = f.faults
			continue
		}
		f.own = nil
		for _, fault := range f.faults {
			speaker := speakerFor(failures, f, fault)
			if speaker == nil {
				f.own = append(f.own, fault)
			} else {
				speakers[i] = append(speakers[i], speaker)
			}
		}
	}
	for i, f := range failures {
		for _, speaker := range speakers[i] {
			if !slices.Contains(speaker.folded, f.check.ID) {
				speaker.folded = append(speaker.folded, f.check.ID)
			}
		}
	}
	for _, f := range failures {
		slices.Sort(f.folded)
	}
}

// speakerFor finds the check that speaks for a fault and that nobody speaks for
// itself.
func speakerFor(failures []*failure, of *failure, fault Fault) *failure {
	for _, other := range failures {
		if !speaksFor(other.check.ID, of.check.ID) {
			continue
		}
		for _, cause := range other.faults {
			if cause.Container != fault.Container && cause.Container != "" && fault.Container != "" ||
				!cause.severity(other.check).AtLeast(fault.severity(of.check)) {
				continue
			}
			if further := speakerFor(failures, other, cause); further != nil {
				return further
			}
			return other
		}
	}
	return nil
}
