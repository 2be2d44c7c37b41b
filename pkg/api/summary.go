package api

import "cmp"

// Grade is a letter from A to F, or "-" when nothing was judged.
type Grade string

// Score is a number from 0 to 100, or null when nothing was judged.
type Score struct {
	Score *int  `json:"score"`
	Grade Grade `json:"grade"`
	// CappedBy is set if open findings of this severity make the grade worse
	// than the score alone would.
	CappedBy Severity `json:"cappedBy,omitempty"`
}

// Readiness counts the workloads without an open critical or high finding, on
// themselves or on a Service that selects them.
type Readiness struct {
	Ready     int `json:"ready"`
	Workloads int `json:"workloads"`
}

// Summary sums the report up in a few numbers.
type Summary struct {
	Score `json:",inline"`
	// Readiness is absent if nothing was judged.
	Readiness *Readiness `json:"readiness,omitempty"`
	// Coverage is the share of the selected checks that could be judged,
	// weighted by the points of their severities, from 0 to 1. It is rounded
	// down: 1 means everything.
	Coverage float64       `json:"coverage"`
	Subjects SubjectCounts `json:"subjects"`
	Findings Counts        `json:"findings"`
}

// SubjectCounts counts what the audit looked at.
type SubjectCounts struct {
	Workloads  int `json:"workloads"`
	Services   int `json:"services"`
	Nodes      int `json:"nodes"`
	Namespaces int `json:"namespaces"`
	Pods       int `json:"pods"`
}

// Counts contains the number of findings by severity. Suppressed findings count
// only as suppressed.
type Counts struct {
	Critical   int `json:"critical"`
	High       int `json:"high"`
	Medium     int `json:"medium"`
	Low        int `json:"low"`
	Info       int `json:"info"`
	Suppressed int `json:"suppressed"`
}

// Namespace contains the score of one namespace: the mean of its workloads and
// Services, less the points of the namespace's own findings.
type Namespace struct {
	Name  string `json:"name"`
	Score `json:",inline"`
	// Readiness is absent if nothing was judged.
	Readiness *Readiness `json:"readiness,omitempty"`
	Findings  Counts     `json:"findings"`
}

// Compare puts the worst grade first, because it says more than the score, then
// the lowest score. Objects without a score come last.
func (s Score) Compare(other Score) int {
	number := func(score *int) int {
		if score == nil {
			return 0
		}
		return *score
	}
	return cmp.Or(cmp.Compare(other.Grade, s.Grade), cmp.Compare(number(s.Score), number(other.Score)))
}

// Add counts one finding.
func (c *Counts) Add(s Severity) {
	switch s {
	case Critical:
		c.Critical++
	case High:
		c.High++
	case Medium:
		c.Medium++
	case Low:
		c.Low++
	case Info:
		c.Info++
	}
}

// AddAll adds other counts.
func (c *Counts) AddAll(other Counts) {
	c.Critical += other.Critical
	c.High += other.High
	c.Medium += other.Medium
	c.Low += other.Low
	c.Info += other.Info
	c.Suppressed += other.Suppressed
}

// Of returns the number of findings of a severity.
func (c Counts) Of(s Severity) int {
	switch s {
	case Critical:
		return c.Critical
	case High:
		return c.High
	case Medium:
		return c.Medium
	case Low:
		return c.Low
	case Info:
		return c.Info
	}
	return 0
}
