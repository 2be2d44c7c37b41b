// Package resources holds the checks of requests, limits and what they protect.
package resources

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of every check in this package.
const Category = "resources"

// Checks are all of them, worst first.
var Checks = []*audit.Check{
	MemoryLimitMissing,
	ResourceRequestsMissing,
	CPULimitMissing,
}

// Fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var Fixtures embed.FS
