package audit

import (
	"cmp"
	"maps"
)

// addOutcomes adds what became of the checks in the shards. The shards are in the
// order of their indexes, the first unknown subject is that of the first namespace.
func (a *Audit) addOutcomes() {
	for i := range a.shards {
		s := &a.shards[i]
		whole := map[string]string{}
		for _, read := range s.Reads {
			whole[read.Why()] = a.inv.Read(read.Resource).Why()
		}
		for _, c := range s.Checks {
			o := a.outcomes[c.ID]
			o.Judged += c.Judged
			o.Unknown += c.Unknown
			o.Failed += c.Failed
			o.Suppressed += c.Suppressed
			o.Folded += c.Folded
			unknown, found := s.Unknown[c.ID]
			if !found || o.unknown.Reason != "" && o.unknown.Namespace <= unknown.Namespace {
				continue
			}
			// What a shard says of how much was read is true of its part alone.
			unknown.Reason = cmp.Or(whole[unknown.Reason], unknown.Reason)
			o.unknown = unknown
		}
	}
}

func (a *Audit) addAccounts() {
	for _, s := range a.shards {
		maps.Copy(a.accounts, s.Accounts)
		counts, theirs := &a.report.Summary.Subjects, s.Summary.Subjects
		counts.Workloads += theirs.Workloads
		counts.Services += theirs.Services
		counts.Pods += theirs.Pods
	}
}

// addConcluded adds findings and subjects of the shards.
func (a *Audit) addConcluded() {
	for _, s := range a.shards {
		a.report.Findings = append(a.report.Findings, s.Findings...)
		a.report.Suppressed = append(a.report.Suppressed, s.Suppressed...)
		a.report.Subjects = append(a.report.Subjects, s.Subjects...)
	}
}

// addUses adds what became of annotations and exceptions in the shards.
func (a *Audit) addUses() {
	for _, s := range a.shards {
		annotations := a.suppressor.annotations
		annotations.elsewhere += s.Annotations
		if s.Policy != nil && s.Policy.Annotations != nil {
			annotations.problems = append(annotations.problems, s.Policy.Annotations.Problems...)
		}
		for i, use := range s.Uses {
			u := a.suppressor.exceptions[i]
			u.matched += use.Matched
			if use.Hidden {
				u.hidden.Store(true)
			}
			if check, err := Named(a.opts.catalog(), use.Folded); err == nil {
				u.foldedUnder(check.ID)
			}
		}
	}
}
