// Package traffic holds the checks of Services and the endpoints behind them.
package traffic

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of the checks in this package.
var Category = audit.Category{Name: "traffic", Fixtures: fixtures}

// Checks are the checks of the category, worst first.
var Checks = []*audit.Check{
	ServiceWithoutEndpoints,
	ServiceEndpointsFlapping,
	ServiceSelectsNothing,
	ServicePortMismatch,
	IngressBackendMissing,
	ServiceEndpointsPartial,
	ServiceSingleEndpoint,
	SidecarWithoutLimits,
	CircuitBreakerMissing,
	IngressWithoutRateLimit,
}

// fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var fixtures embed.FS
