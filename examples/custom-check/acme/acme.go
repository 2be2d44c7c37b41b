// Package acme contains the checks of a company that does not exist.
package acme

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of all checks in this package.
var Category = audit.Category{Name: "acme", Fixtures: fixtures}

// Checks lists all checks of this package.
var Checks = []*audit.Check{
	TeamMissing,
}

//go:embed testdata
var fixtures embed.FS
