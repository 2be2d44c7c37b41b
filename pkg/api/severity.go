package api

import (
	"fmt"
	"slices"
	"strings"
)

// Severity says how much harm a fault does.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Severities lists all severities, worst first.
var Severities = []Severity{Critical, High, Medium, Low, Info}

// Points returns how many points a subject loses for a finding, of the 100 with
// which it starts.
func (s Severity) Points() int {
	switch s {
	case Critical:
		return 50
	case High:
		return 15
	case Medium:
		return 5
	case Low:
		return 1
	}
	return 0
}

// Rank is 0 for critical and grows as the severity falls.
func (s Severity) Rank() int {
	switch s {
	case Critical:
		return 0
	case High:
		return 1
	case Medium:
		return 2
	case Low:
		return 3
	case Info:
		return 4
	}
	return len(Severities)
}

// AtLeast reports whether s is as severe as min or worse.
func (s Severity) AtLeast(min Severity) bool { return s.Rank() <= min.Rank() }

// OrWorse names the severity and those above it: high or worse.
func (s Severity) OrWorse() string {
	if s == Severities[0] {
		return string(s)
	}
	return string(s) + " or worse"
}

// ParseSeverity reads the name of a severity, in upper or lower case.
func ParseSeverity(s string) (Severity, error) {
	parsed := Severity(strings.ToLower(s))
	if !slices.Contains(Severities, parsed) {
		names := make([]string, len(Severities))
		for i, severity := range Severities {
			names[i] = string(severity)
		}
		return "", fmt.Errorf("unknown severity %q, must be one of %s", s, strings.Join(names, ", "))
	}
	return parsed, nil
}
