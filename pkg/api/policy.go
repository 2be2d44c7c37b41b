package api

// Policy contains people's decisions about the checks and their findings, as far
// as they shaped this report.
type Policy struct {
	// Config is the configuration file, by the path it was found at.
	Config string `json:"config,omitempty"`
	// MinSeverity is below which nothing was looked for.
	MinSeverity Severity `json:"minSeverity,omitempty"`
	// Enabled and Disabled are checks that run, or do not, whatever the profile
	// would say.
	Enabled  []string `json:"enabled,omitempty"`
	Disabled []string `json:"disabled,omitempty"`
	// Annotations is absent if no object has any and all were read.
	Annotations *Annotations `json:"annotations,omitempty"`
	// Exceptions are in the order in which they are asked.
	Exceptions []Exception `json:"exceptions,omitempty"`
}

// Annotations reports the use of the annotations prodcheck/ignore.
type Annotations struct {
	// Forbidden means that none of them applies.
	Forbidden bool `json:"forbidden,omitempty"`
	// Objects is how many subjects, and namespaces of subjects, have one.
	Objects int `json:"objects"`
	// Unread is why those of namespaces are not known: forbidden, timed out.
	Unread   string              `json:"unread,omitempty"`
	Problems []AnnotationProblem `json:"problems,omitempty"`
}

// AnnotationProblem describes a problem of an object's annotation. The rest of it
// still applies.
type AnnotationProblem struct {
	Object  Object `json:"object"`
	Problem string `json:"problem"`
}

// ExceptionRule says which findings a team has decided to live with, and why.
// All that it names must match; what it leaves out matches anything. Lists hold
// names and patterns with * and ?, of which one must match.
type ExceptionRule struct {
	// Checks are IDs of checks, or patterns.
	Checks []string `json:"checks"`
	// Namespaces never match what belongs to none. A Namespace belongs to itself.
	Namespaces []string `json:"namespaces,omitempty"`
	// Kinds are those of the objects that findings name, in any case.
	Kinds []string `json:"kinds,omitempty"`
	Names []string `json:"names,omitempty"`
	// Containers never match what is wrong with an object as a whole.
	Containers []string `json:"containers,omitempty"`
	// Labels are those of a workload or of its pods, or of another object itself.
	Labels map[string]string `json:"labels,omitempty"`
	Reason string            `json:"reason"`
	Owner  string            `json:"owner,omitempty"`
	// Expires is the last day on which it holds, in UTC: 2027-01-31.
	Expires string `json:"expires,omitempty"`
}

// Exception is a rule and what became of it.
type Exception struct {
	ExceptionRule `json:",inline"`
	// Source is where it is written, as FILE:LINE.
	Source string         `json:"source,omitempty"`
	State  ExceptionState `json:"state"`
	// Matched is how many findings it matches. They are suppressed, unless it has
	// expired.
	Matched int `json:"matched"`
	// Detail is why nobody can tell whether one that matches nothing is still
	// needed.
	Detail string `json:"detail,omitempty"`
}

// ExceptionState says whether an exception applied.
type ExceptionState string

const (
	// ExceptionActive ones match findings.
	ExceptionActive ExceptionState = "active"
	// ExceptionExpired ones have stopped working.
	ExceptionExpired ExceptionState = "expired"
	// ExceptionUnused ones match nothing, although all that they may match was
	// judged.
	ExceptionUnused ExceptionState = "unused"
	// ExceptionNotJudged ones match nothing, and not all was judged.
	ExceptionNotJudged ExceptionState = "not-judged"
)

// Suppressed is a finding that policy keeps out of findings, score and gate.
type Suppressed struct {
	Finding `json:",inline"`
	By      Suppression `json:"by"`
}

// Suppression is the reason why a finding is suppressed: an exception or an
// annotation.
type Suppression struct {
	// Exception is the index of one in the policy's exceptions.
	Exception *int `json:"exception,omitempty"`
	// Annotation is the object that has one: the finding's own or its namespace.
	Annotation *Object `json:"annotation,omitempty"`
	// Reason is empty where an annotation gives none.
	Reason  string `json:"reason"`
	Owner   string `json:"owner,omitempty"`
	Expires string `json:"expires,omitempty"`
}

// DeepCopy shares nothing with the original.
func (s *Suppression) DeepCopy() Suppression {
	copied := *s
	if s.Exception != nil {
		index := *s.Exception
		copied.Exception = &index
	}
	if s.Annotation != nil {
		object := *s.Annotation
		copied.Annotation = &object
	}
	return copied
}

// Gate lists the requirements on the report, and those that it does not meet.
type Gate struct {
	FailOn          Severity `json:"failOn,omitempty"`
	MinScore        *int     `json:"minScore,omitempty"`
	RequireComplete bool     `json:"requireComplete,omitempty"`
	// Holds is set when nothing is unmet or missing.
	Holds bool `json:"holds"`
	// Unmet are demands of score and severity, Missing is what was not read.
	Unmet   []string `json:"unmet,omitempty"`
	Missing []string `json:"missing,omitempty"`
}

// LeftOut are namespaces that an audit of all of them leaves out.
type LeftOut struct {
	// Patterns are names of namespaces, or patterns with * and ?.
	Patterns []string `json:"patterns"`
	// Namespaces is how many of those that were seen they match.
	Namespaces int `json:"namespaces"`
}

func (p *Policy) sanitize() {
	if p == nil {
		return
	}
	p.Config = Value(p.Config)
	if a := p.Annotations; a != nil {
		a.Unread = Value(a.Unread)
		for i := range a.Problems {
			a.Problems[i].Object.sanitize()
			a.Problems[i].Problem = Text(a.Problems[i].Problem, MaxMessage)
		}
	}
	for i := range p.Exceptions {
		p.Exceptions[i].sanitize()
	}
}

func (e *Exception) sanitize() {
	for _, list := range [][]string{e.Checks, e.Namespaces, e.Kinds, e.Names, e.Containers} {
		for i := range list {
			list[i] = Value(list[i])
		}
	}
	labels := e.Labels
	e.Labels = nil
	for name, value := range labels {
		if e.Labels == nil {
			e.Labels = map[string]string{}
		}
		e.Labels[Value(name)] = Value(value)
	}
	e.Reason, e.Owner, e.Expires = Text(e.Reason, MaxMessage), Value(e.Owner), Value(e.Expires)
	e.Source, e.Detail = Value(e.Source), Text(e.Detail, MaxMessage)
}

func (s *Suppression) sanitize() {
	if s.Annotation != nil {
		s.Annotation.sanitize()
	}
	s.Reason, s.Owner, s.Expires = Text(s.Reason, MaxMessage), Value(s.Owner), Value(s.Expires)
}

func (g *Gate) sanitize() {
	if g == nil {
		return
	}
	for _, list := range [][]string{g.Unmet, g.Missing} {
		for i := range list {
			list[i] = Text(list[i], MaxMessage)
		}
	}
}
