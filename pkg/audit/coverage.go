package audit

import "math"

// coverageSum is the share of the checks that could be judged, weighted by
// points. The number of subjects in a list that could not be read is not known.
// Therefore each check counts by the share of its subjects that was read and
// judged.
type coverageSum struct {
	selected, covered  float64
	count, coveredEven float64
}

func (s *coverageSum) add(c *Check, covered float64) {
	points := float64(c.Severity.Points())
	s.selected += points
	s.covered += points * covered
	s.count++
	s.coveredEven += covered
}

// value is rounded down: 1 means everything. If no check takes points, all count
// alike. read is the part of the input that was read.
func (s *coverageSum) value(read float64) float64 {
	share := 1.0
	switch {
	case s.selected > 0:
		share = s.covered / s.selected
	case s.count > 0:
		share = s.coveredEven / s.count
	}
	return math.Floor(share*read*1000+1e-6) / 1000
}
