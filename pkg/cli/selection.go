package cli

import (
	"errors"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// selectionFlags say which checks to run.
type selectionFlags struct {
	catalog catalog
	// sampling also picks checks. Only verbs that read a cluster add its flags.
	sampling samplingFlags

	// settings and checks are known once the flags are complete.
	settings settings.Settings
	checks   []*audit.Check
}

func newSelectionFlags(p *program) selectionFlags { return selectionFlags{catalog: p.catalog} }

func (f *selectionFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSlice("check", nil,
		"Run only these checks, by ID or pattern (e.g. --check container-oom-killed,'job-*')")
	flags.StringSlice("skip", nil, "Do not run these checks, by ID or pattern")
	flags.StringSlice("category", nil, "Run only the checks of these categories")
	flags.String("profile", "",
		"How strict the audit is. One of: (baseline, production, strict). The default is production. Cannot be used with --check")
	flags.String("min-severity", "",
		"Report only findings of this severity or worse. One of: (critical, high, medium, low, info)")
	addConfigFlag(cmd)
	completeFlag(cmd, "check", completeList(f.catalog.ids))
	completeFlag(cmd, "skip", completeList(f.catalog.ids))
	completeFlag(cmd, "category", completeList(f.catalog.categories))
	completeFlag(cmd, "min-severity", completeSeverities)
	completeFlag(cmd, "profile", completeProfiles)
}

// complete reads the configuration, resolves the settings and picks the checks.
func (f *selectionFlags) complete(cmd *cobra.Command) error {
	file, err := readConfig(cmd, f.catalog)
	if err != nil {
		return configError{err}
	}
	f.settings, err = settings.Resolve(cmd.Flags(), os.Getenv, file, f.catalog)
	var mistake settings.Error
	if errors.As(err, &mistake) && mistake.Source.Origin != settings.Flag {
		return configError{err}
	}
	if err != nil {
		return err
	}
	f.checks, err = audit.Select(f.catalog, f.settings.Selection(f.sampling.asked()))
	return err
}

// request returns what a source must read for the checks, their samples and the
// policy.
func (f *selectionFlags) request(scope inventory.Scope) inventory.Request {
	req := f.sampling.request(f.checks, scope)
	req.Secrets = f.settings.Secrets.Value
	for _, o := range scope.Objects {
		req.Resources = append(req.Resources, o.Resource)
	}
	if !f.settings.ForbidsAnnotations() {
		req.Resources = inventory.Ordered(append(slices.Clone(req.Resources), inventory.Namespaces))
	}
	return req
}
