package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checkdoc"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// findingOptions contains the options of "explain" for a finding.
type findingOptions struct {
	live  liveAudit
	files filesFlags
	color *colorFlag
	named func(string) string

	// fingerprint, or check and object, is what the user asks about.
	fingerprint string
	check       string
	object      string
	genericiooptions.IOStreams
}

func newFindingOptions(p *program, c *connection, color *colorFlag) *findingOptions {
	o := &findingOptions{live: newLiveAudit(p, c), files: newFilesFlags(), color: color, named: p.named, IOStreams: p.IOStreams}
	o.live.names = o.files.orCluster(c)
	return o
}

func (o *findingOptions) addFlags(cmd *cobra.Command) {
	o.live.scopeFlags.addFlags(cmd, completeNamespaces(o.live.names))
	o.live.reading.addFlags(cmd)
	o.live.judging.sampling.addFlags(cmd)
	o.live.judging.asOf.addFlag(cmd)
	o.files.addFlags(cmd)
	addConfigFlag(cmd)
}

var almostFingerprint = regexp.MustCompile(`^[0-9a-fA-F]{6,}$`)

var fingerprintForm = regexp.MustCompile(`^[0-9a-f]{16}$`)

// asksAboutFinding reports whether the arguments are of a finding, not of checks.
func asksAboutFinding(args []string) bool {
	switch len(args) {
	case 0:
		return false
	case 1:
		return fingerprintForm.MatchString(args[0])
	}
	_, isType := kinds.Typed(args[1])
	return isType || strings.Contains(args[1], "/")
}

// Complete turns the flags and arguments into values.
func (o *findingOptions) Complete(cmd *cobra.Command, args []string) error {
	objects, err := parseObjects(args[1:])
	switch {
	case err != nil:
		return err
	case len(objects) > 1:
		return errors.New("explain takes one CHECK and one TYPE/NAME")
	}
	err = inOrder(
		func() error { return o.files.complete(cmd) },
		func() error { return o.live.complete(cmd) },
		func() error { return o.live.name(objects) },
		func() error { return o.selectChecks(args[0], objects) },
	)
	if err != nil || o.files.given() {
		return err
	}
	return o.live.open()
}

// selectChecks adds the check that the user asks about to those that run anyway: they may
// explain what it sees. For a fingerprint, all of them run.
func (o *findingOptions) selectChecks(first string, objects []inventory.ObjectName) error {
	judging := &o.live.judging
	selection := judging.settings.Selection(judging.sampling.asked())
	if len(objects) == 0 {
		o.fingerprint, selection.Profile = first, api.Strict
	} else {
		named, err := audit.Select(judging.catalog, audit.Selection{Checks: []string{first}})
		if err != nil {
			return err
		}
		if len(named) > 1 {
			return fmt.Errorf("%q matches %d checks: only one can be explained for an object", first, len(named))
		}
		o.check, o.object = named[0].ID, objects[0].String()
		enabled := map[string]bool{o.check: true}
		for id, on := range selection.Enabled {
			enabled[id] = on || id == o.check
		}
		selection.Enabled = enabled
	}
	var err error
	judging.checks, err = audit.Select(judging.catalog, selection)
	return err
}

// Validate refuses flags that make no sense.
func (o *findingOptions) Validate() error {
	return cmp.Or(o.files.validate(&o.live.judging.settings), o.live.validate())
}

// Run explains the finding, or says why there is none.
func (o *findingOptions) Run(ctx context.Context) error {
	inv, err := o.read(ctx)
	if err != nil {
		return err
	}
	report := o.live.judging.judge(inv)
	found, by := o.find(report, inv.Named)
	if found == nil {
		return o.nothing(report)
	}
	explained := printers.ExplainedFinding{
		Finding: *found, Suppressed: by, Check: o.documentation(found.Check), DependsOn: audit.DependsOn(inv, found.Object), Report: report,
	}
	explained.Others = others(report, explained)
	var out bytes.Buffer
	if err := printers.Finding(&out, explained, printers.Options{Width: terminalWidth(o.Out), Color: o.color.allows(o.Out)}); err != nil {
		return err
	}
	_, err = out.WriteTo(o.Out)
	return err
}

func (o *findingOptions) read(ctx context.Context) (*inventory.Inventory, error) {
	if o.files.given() {
		source, err := o.files.source(o.IOStreams, &o.live.judging.settings)
		if err != nil {
			return nil, err
		}
		return o.live.reading.read(ctx, source, o.live.judging.request(o.live.scope))
	}
	progress := startProgress(o.IOStreams, 1)
	defer progress.stop()
	return o.live.read(ctx, o.live.contexts[0], progress)
}

// find looks among the open findings, then among those that policy suppresses: first for
// one about the named object itself, then about what it depends on. A folded check is
// explained by the one that explains its cause.
func (o *findingOptions) find(r *api.Report, named []*inventory.Object) (*api.Finding, *api.Suppression) {
	about := func(f *api.Finding) bool {
		return slices.ContainsFunc(named, func(n *inventory.Object) bool { return n.Kind == f.Object.Kind && n.Name == f.Object.Name })
	}
	for _, fits := range []func(*api.Finding) bool{about, func(*api.Finding) bool { return true }} {
		for i := range r.Findings {
			if f := &r.Findings[i]; o.asksFor(f) && fits(f) {
				return f, nil
			}
		}
		for i := range r.Suppressed {
			if s := &r.Suppressed[i]; o.asksFor(&s.Finding) && fits(&s.Finding) {
				return &s.Finding, &s.By
			}
		}
	}
	return nil, nil
}

func (o *findingOptions) asksFor(f *api.Finding) bool {
	if o.fingerprint != "" {
		return f.Fingerprint == o.fingerprint
	}
	return f.Check == o.check || slices.Contains(f.Folded, o.check)
}

// nothing says why there is no such finding.
func (o *findingOptions) nothing(r *api.Report) error {
	if o.fingerprint != "" {
		return fmt.Errorf("the audit has no finding with the fingerprint %s: it may be fixed, or in another namespace (see --namespace and --all-namespaces)", o.fingerprint)
	}
	reason := "there is nothing for it to judge"
	for _, check := range r.Checks {
		switch {
		case check.ID != o.check:
		case check.Outcome == api.Unknown:
			reason = "it could not be judged: " + check.Reason
		case check.Outcome == api.Pass:
			reason = "the check passed"
		}
	}
	_, err := fmt.Fprintf(o.Out, "%s has no finding of %s: %s\n", o.object, o.check, reason)
	return err
}

func (o *findingOptions) documentation(id string) api.CatalogCheck {
	catalog := o.live.judging.catalog
	i := slices.IndexFunc(catalog, func(c *audit.Check) bool { return c.ID == id })
	return checkdoc.Of(catalog, catalog[i])
}

// others returns the other findings about the subject of a finding and what it depends on.
func others(r *api.Report, f printers.ExplainedFinding) []api.Finding {
	about := append([]api.Object{f.Object}, f.DependsOn...)
	about[0].Container = ""
	var found []api.Finding
	for i := range r.Findings {
		object := r.Findings[i].Object
		object.Container = ""
		if slices.Contains(about, object) && r.Findings[i].Fingerprint != f.Fingerprint && r.Findings[i].Severity != api.Info {
			found = append(found, r.Findings[i])
		}
	}
	return found
}
