// Package images holds the checks of images: what runs, and whether it is what was meant to.
package images

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of the checks in this package.
var Category = audit.Category{Name: "images", Fixtures: fixtures}

// Checks are the checks of the category, worst first.
var Checks = []*audit.Check{
	ImageTagLatest,
	ImagePullPolicyStale,
	ImageHasBuildTools,
	ImageOversized,
	ImageTagMutable,
}

// fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var fixtures embed.FS
