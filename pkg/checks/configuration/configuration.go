// Package configuration judges where a workload gets its configuration from.
package configuration

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of the checks in this package.
var Category = audit.Category{Name: "configuration", Fixtures: Fixtures}

// Checks are the checks of the category, worst first.
var Checks = []*audit.Check{
	ConfigReferenceMissing,
	ConfigLiteralSecret,
	ConfigStale,
	ConfigInImage,
}

// Fixtures are the checks' examples and tests, by ID.
//
//go:embed testdata
var Fixtures embed.FS
