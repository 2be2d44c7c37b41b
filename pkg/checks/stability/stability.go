// Package stability holds the checks for what is failing now: containers that are
// killed or restart, pods that nothing replaces.
package stability

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of the checks in this package.
var Category = audit.Category{Name: "stability", Fixtures: fixtures}

// Checks are the checks of the category, worst first.
var Checks = []*audit.Check{
	ContainerOOMKilled,
	ContainerCrashLooping,
	PodWithoutOwner,
	PodUnready,
	ContainerNotStarting,
	PodPending,
	RolloutStuck,
	ContainerRestarting,
	ImageDigestDrift,
	PodOwnerMissing,
	ContainerKilled,
	PodEvicted,
	PodStuckTerminating,
}

// fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var fixtures embed.FS
