package acme

import (
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
)

func TestChecks(t *testing.T) {
	for _, check := range Checks {
		t.Run(check.ID, func(t *testing.T) { audittest.Run(t, check, "testdata") })
	}
}
