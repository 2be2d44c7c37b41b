package audit

import (
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Options configure an audit.
type Options struct {
	Checks []*Check
	// Profile selected the checks. It is empty if the user named them.
	Profile api.Profile
	// Now is the time as of which the audit judges.
	Now time.Time
	// Settings contains the options that differ from their defaults.
	Settings Settings
	// ToolVersion is written into the report.
	ToolVersion string
	// Catalog contains all known checks, because policies may name checks that do
	// not run. If empty, it is the same as Checks.
	Catalog []*Check
	Policy  Policy
	Gate    Gate
	// MinSeverity drops less severe findings, as if the checks did not look for
	// them: they take no points.
	MinSeverity api.Severity
}

// catalog returns all checks that the audit knows.
func (o *Options) catalog() []*Check {
	if len(o.Catalog) > 0 {
		return o.Catalog
	}
	return o.Checks
}

// Run judges an inventory. It is a pure function of its arguments. A caller that
// does not keep the inventory needs less memory: Run drops what it has judged.
func Run(inv *inventory.Inventory, opts Options) *api.Report { return Begin(opts).Conclude(inv) }
