package audit

import "github.com/prodcheck/kubectl-prodcheck/pkg/inventory"

// Judge is the function of a check and the kind of subjects that it judges.
type Judge struct {
	kind  kind
	judge func(*Pass, Subject) Verdict
}

// Over judges each subject of a kind by a pure function.
func Over[S Subject](k *Kind[S], judge func(*Pass, S) Verdict) Judge {
	// A kind finds only subjects of its own type.
	return Judge{k, func(p *Pass, s Subject) Verdict {
		subject := s.(S)
		if k.unread != nil {
			if why := k.unread(p, subject); why != "" {
				return Unknown(why)
			}
		}
		return judge(p, subject)
	}}
}

// Subjects names the subjects in the plural, for documentation.
func (j Judge) Subjects() string { return j.kind.describe().plural }

// reads lists the resources that the subjects come from. Reading them in part is
// enough: a missing part can hide a finding but not make a false one.
func (j Judge) reads() []inventory.Resource {
	if j.kind == nil {
		return nil
	}
	return j.kind.describe().reads
}

// concerns reports whether an audit of the scope has such subjects.
func (j Judge) concerns(s inventory.Scope) bool {
	return j.kind == nil || j.kind.describe().concerns(s)
}
