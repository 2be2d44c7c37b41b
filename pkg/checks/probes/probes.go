// Package probes holds the checks of probes: how Kubernetes learns that a container can work.
package probes

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of the checks in this package.
var Category = audit.Category{Name: "probes", Fixtures: fixtures}

// Checks are the checks of the category, worst first.
var Checks = []*audit.Check{
	ReadinessProbeMissing,
	LivenessBudgetTooShort,
	ProbeFailing,
	LivenessEqualsReadiness,
	LivenessProbeMissing,
	StartupProbeMissing,
	ReadinessDetectionSlow,
	ProbePortUndeclared,
	ProbeTimeoutDefault,
}

// fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var fixtures embed.FS
