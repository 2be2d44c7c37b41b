package api

import "testing"

func TestRank(t *testing.T) {
	for i, severity := range Severities {
		if got := severity.Rank(); got != i {
			t.Errorf("%s has rank %d, want %d", severity, got, i)
		}
	}
	if got := Severity("unheard of").Rank(); got != len(Severities) {
		t.Errorf("an unknown severity has rank %d", got)
	}
}
