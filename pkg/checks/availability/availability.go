// Package availability judges whether a workload survives the loss of a pod, a node or a zone.
package availability

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of the checks in this package.
var Category = audit.Category{Name: "availability", Fixtures: fixtures}

// Checks are the checks of the category, worst first.
var Checks = []*audit.Check{
	DisruptionBudgetBlocksDrain,
	ReplicasOnOneNode,
	RolloutWithoutReadiness,
	ReplicasInOneZone,
	ReplicasSingle,
	DisruptionBudgetMissing,
	RolloutRecreates,
	AutoscalerMaxedOut,
	DisruptionBudgetSelectsNothing,
	TopologySpreadMissing,
}

// fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var fixtures embed.FS
