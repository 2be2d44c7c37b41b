// Package checks is the catalog. Each check is one file in the package of its
// category, with its fixtures beside it in testdata/ID/.
package checks

import (
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/availability"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/configuration"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/images"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/jobs"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/probes"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/processes"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/resources"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/shutdown"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/stability"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/traffic"
)

// All returns all checks, by category, in the order of the catalog.
func All() []*audit.Check {
	return slices.Concat(
		stability.Checks,
		jobs.Checks,
		probes.Checks,
		resources.Checks,
		images.Checks,
		processes.Checks,
		configuration.Checks,
		traffic.Checks,
		availability.Checks,
		shutdown.Checks,
	)
}
