package api

// Policy contains people's decisions about checks and findings, as far as they
// shaped this report.
type Policy struct {
	// Config is the path of the configuration file.
	Config string `json:"config,omitempty"`
	// MinSeverity is the lowest severity that the audit looked for.
	MinSeverity Severity `json:"minSeverity,omitempty"`
	// Enabled and Disabled checks run or do not run, whatever the profile says.
	Enabled  []string `json:"enabled,omitempty"`
	Disabled []string `json:"disabled,omitempty"`
	// Annotations is absent if everything was read and no object has such an
	// annotation.
	Annotations *Annotations `json:"annotations,omitempty"`
	// Exceptions are in the order in which they are tried.
	Exceptions []Exception `json:"exceptions,omitempty"`
}

// Annotations reports the use of the annotations prodcheck/ignore.
type Annotations struct {
	// Forbidden means that the annotations have no effect.
	Forbidden bool `json:"forbidden,omitempty"`
	// Objects counts the subjects, and the namespaces of subjects, that have
	// one.
	Objects int `json:"objects"`
	// Unread says why the annotations of namespaces are not known: forbidden,
	// timed out.
	Unread   string              `json:"unread,omitempty"`
	Problems []AnnotationProblem `json:"problems,omitempty"`
}

// AnnotationProblem describes a problem with the annotation of an object. The
// rest of the annotation still applies.
type AnnotationProblem struct {
	Object  Object `json:"object"`
	Problem string `json:"problem"`
}

// ExceptionRule says which findings a team has decided to accept, and why. All
// fields that are set must match. Lists hold names and patterns with * and ?,
// and one of them must match.
type ExceptionRule struct {
	// Checks are IDs of checks, or patterns.
	Checks []string `json:"checks"`
	// Namespaces never match an object without a namespace. A Namespace counts
	// as being in itself.
	Namespaces []string `json:"namespaces,omitempty"`
	// Kinds are the kinds of the objects that findings name, in upper or lower
	// case.
	Kinds []string `json:"kinds,omitempty"`
	Names []string `json:"names,omitempty"`
	// Containers never match a finding about the object as a whole.
	Containers []string `json:"containers,omitempty"`
	// Labels are labels of a workload or its pods, or of any other object
	// itself.
	Labels map[string]string `json:"labels,omitempty"`
	Reason string            `json:"reason"`
	Owner  string            `json:"owner,omitempty"`
	// Expires is the last day on which the exception applies, in UTC:
	// 2027-01-31.
	Expires string `json:"expires,omitempty"`
}

// Exception is a rule and the result of applying it.
type Exception struct {
	ExceptionRule `json:",inline"`
	// Source says where the rule is written, as FILE:LINE.
	Source string         `json:"source,omitempty"`
	State  ExceptionState `json:"state"`
	// Matched counts the findings that the rule matches. They are suppressed
	// unless the rule has expired.
	Matched int `json:"matched"`
	// Detail explains the state not-judged.
	Detail string `json:"detail,omitempty"`
}

// ExceptionState says whether an exception applied.
type ExceptionState string

const (
	// ExceptionActive means that the exception matches findings.
	ExceptionActive ExceptionState = "active"
	// ExceptionExpired means that the exception no longer applies.
	ExceptionExpired ExceptionState = "expired"
	// ExceptionUnused means that the exception matches nothing, although
	// everything that it may match was judged.
	ExceptionUnused ExceptionState = "unused"
	// ExceptionNotJudged means that the exception matches nothing, but that not
	// everything was judged.
	ExceptionNotJudged ExceptionState = "not-judged"
)

// Suppressed is a finding that policy keeps out of the findings, the score and
// the gate.
type Suppressed struct {
	Finding `json:",inline"`
	By      Suppression `json:"by"`
}

// Suppression is the reason why a finding is suppressed: an exception or an
// annotation.
type Suppression struct {
	// Exception is an index into the policy's exceptions.
	Exception *int `json:"exception,omitempty"`
	// Annotation is the annotated object: the finding's own or its namespace.
	Annotation *Object `json:"annotation,omitempty"`
	// Reason is empty if an annotation gives none.
	Reason  string `json:"reason"`
	Owner   string `json:"owner,omitempty"`
	Expires string `json:"expires,omitempty"`
}

// DeepCopy returns a copy that shares nothing with the original.
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
	// FailOnNew requires that nothing of this severity or worse is new, or has become
	// worse.
	FailOnNew Severity `json:"failOnNew,omitempty"`
	// Holds is set if nothing is unmet or missing.
	Holds bool `json:"holds"`
	// Unmet lists failed requirements on score and severity. Missing lists what
	// was not read.
	Unmet   []string `json:"unmet,omitempty"`
	Missing []string `json:"missing,omitempty"`
}

// LeftOut describes the namespaces that an audit of all namespaces leaves out.
type LeftOut struct {
	// Patterns are names of namespaces, or patterns with * and ?.
	Patterns []string `json:"patterns"`
	// Namespaces counts the namespaces that were seen and that the patterns
	// match.
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
