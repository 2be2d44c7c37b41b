package printers

import (
	"encoding/xml"
	"strings"
)

type junitSuite struct {
	XMLName   xml.Name    `xml:"testsuite"`
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Timestamp string      `xml:"timestamp,attr,omitempty"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Skipped *junitProblem `xml:"skipped"`
	Error   *junitProblem `xml:"error"`
	Failure *junitProblem `xml:"failure"`
	Output  string        `xml:"system-out,omitempty"`
}

func (c junitCase) passes() bool { return c.Failure == nil && c.Skipped == nil && c.Output == "" }

// unjudged begins the message of a case whose check could not see everything.
const unjudged = "not judged, or only in part: "

func (c junitCase) isNotJudged() bool {
	return c.Skipped != nil && strings.HasPrefix(c.Skipped.Message, unjudged)
}

type junitProblem struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr,omitempty"`
	Text    string `xml:",chardata"`
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// sumUp replaces the cases that pass by one, and those that were not judged by one for each
// reason. Their names are the same in each run, because readers compare runs.
func (s *junitSuite) sumUp() {
	cases := s.Cases
	s.Cases, s.Tests, s.Failures, s.Skipped = nil, 0, 0, 0
	passed, notJudged, reasons := 0, map[string]int{}, []string{}
	for _, c := range cases {
		switch {
		case c.passes():
			passed++
		case c.isNotJudged():
			if notJudged[c.Skipped.Message]++; notJudged[c.Skipped.Message] == 1 {
				reasons = append(reasons, c.Skipped.Message)
			}
		default:
			s.add(c)
		}
	}
	if passed > 0 {
		s.add(junitCase{Name: "all that passed", Class: s.Name, Output: Plural(passed, "case") + " passed"})
	}
	for _, reason := range reasons {
		s.add(junitCase{Name: reason, Class: s.Name, Skipped: &junitProblem{Message: Plural(notJudged[reason], "case") + " " + reason}})
	}
}
