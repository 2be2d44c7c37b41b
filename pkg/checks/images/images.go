// Package images holds the checks of images: what runs, and whether it is what was meant to.
package images

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of every check in this package.
const Category = "images"

// Checks are all of them, worst first.
var Checks = []*audit.Check{
	ImageTagLatest,
	ImagePullPolicyStale,
	ImageHasBuildTools,
	ImageOversized,
	ImageTagMutable,
}

// Fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var Fixtures embed.FS
