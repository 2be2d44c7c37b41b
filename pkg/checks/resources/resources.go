// Package resources holds the checks of requests, limits and what they protect.
package resources

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of the checks in this package.
var Category = audit.Category{Name: "resources", Fixtures: fixtures}

// Checks are the checks of the category, worst first.
var Checks = []*audit.Check{
	NodeNotReady,
	QuotaBlocksPods,
	MemoryLimitMissing,
	ResourceRequestsMissing,
	QuotaNearlyUsedUp,
	NodeOvercommitted,
	NamespaceWithoutQuota,
	NamespaceWithoutLimitRange,
	MemoryLimitFarAboveRequest,
	EphemeralStorageUnbounded,
	CPULimitMissing,
}

// fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var fixtures embed.FS
