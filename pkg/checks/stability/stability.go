// Package stability holds the checks of what is breaking now: containers that
// are killed or restart, pods that nothing brings back.
package stability

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of every check in this package.
const Category = "stability"

// Checks are all of them, worst first.
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

// Fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var Fixtures embed.FS
