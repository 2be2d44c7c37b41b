package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// merger makes the report of the whole.
type merger struct {
	catalog  catalog
	version  string
	settings settings.Settings
}

func newMerger(p *program) merger { return merger{catalog: p.catalog, version: p.version.Version} }

func (m *merger) complete(cmd *cobra.Command) error {
	file, err := readConfig(cmd, m.catalog)
	if err != nil {
		return configError{err}
	}
	m.settings, err = settings.Resolve(cmd.Flags(), os.Getenv, file, m.catalog)
	return err
}

// merge makes the report of one cluster, or a list of several, and compares with earlier
// reports.
func (m *merger) merge(names []string, in io.Reader, earlier *earlierFlags, errOut io.Writer) (result, error) {
	started := time.Now()
	parts, err := readParts(names, in)
	if err != nil {
		return result{}, err
	}
	defer parts.close()
	mark := earlier.marker(errOut)
	switch {
	case parts.several():
		return m.list(parts, earlier, mark)
	case len(parts.clusters) == 0:
		return result{}, errors.New("there is no report to merge")
	}
	merged, err := m.whole(parts.clusters[0])
	if err != nil {
		return result{}, err
	}
	if err := earlier.validateFor(leastOf(merged)); err != nil {
		return result{}, err
	}
	return oneReport(merged, time.Since(started), mark), nil
}

// leastOf returns the lowest severity that a report has.
func leastOf(r *api.Report) api.Severity {
	if r.Policy == nil {
		return ""
	}
	return r.Policy.MinSeverity
}

// handedOver makes the report of one cluster of files, and leaves no temporary file: it is
// for pods.
func (m *merger) handedOver(files []string) (*api.Report, error) {
	parts, err := readParts(files, nil)
	if err != nil {
		return nil, err
	}
	defer parts.close()
	if parts.several() {
		return nil, errors.New("the shards that were handed over are of several clusters")
	}
	return m.whole(parts.clusters[0])
}

// list merges one cluster after the other.
func (m *merger) list(parts *parts, earlier *earlierFlags, mark marker) (found result, err error) {
	kept, err := newShelf()
	if err != nil {
		return result{}, err
	}
	defer func() {
		if err != nil {
			kept.close()
		}
	}()
	found = result{Found: printers.Found{Several: true, Version: m.version, Failed: parts.failed}, shelf: kept}
	for _, c := range parts.clusters {
		started := time.Now()
		merged, err := m.ofMany(c)
		var mistake gateMistake
		if errors.As(err, &mistake) {
			return result{}, err
		}
		if err != nil {
			found.fail(c.name, err)
			continue
		}
		if err := earlier.validateFor(leastOf(merged)); err != nil {
			return result{}, err
		}
		one := mark.of(merged, time.Since(started))
		if one.Report, err = kept.put(merged); err != nil {
			return result{}, err
		}
		found.add(one)
	}
	return found, nil
}

// ofMany merges the shards of one of several clusters, or takes its only report.
func (m *merger) ofMany(c *clusterParts) (*api.Report, error) {
	i := slices.IndexFunc(c.parts, func(p part) bool { return !p.shard })
	switch {
	case i < 0:
		return m.whole(c)
	case len(c.parts) > 1:
		return nil, fmt.Errorf("%s and %s are both reports of this cluster", c.parts[0].file, c.parts[1].file)
	}
	r, err := c.parts[0].report()
	if err != nil {
		return nil, err
	}
	gate := m.settings.Gate()
	if err := ofGate(gate.Validate(leastOf(r))); err != nil {
		return nil, err
	}
	gate.Apply(r)
	return r, nil
}

// whole merges the shards of a cluster.
func (m *merger) whole(c *clusterParts) (*api.Report, error) {
	var shards []audit.ShardReport
	for _, p := range c.parts {
		r, err := p.report()
		if err != nil {
			return nil, err
		}
		shards = append(shards, audit.ShardReport{Name: p.file, Report: r})
	}
	merged, err := audit.Merge(shards, audit.Options{Catalog: m.catalog, ToolVersion: m.version, Gate: m.settings.Gate()})
	return merged, ofGate(err)
}

// gateMistake is a gate that makes no sense for a report, in terms of flags.
type gateMistake struct{ error }

func ofGate(err error) error {
	var mistake audit.GateError
	if !errors.As(err, &mistake) {
		return err
	}
	message, _ := gateMessage(mistake)
	return gateMistake{errors.New(message)}
}
