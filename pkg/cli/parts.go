package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// parts are the reports in files, by cluster in the order of the files. Those of one
// cluster stay in memory; if there are more clusters, all reports are on a shelf.
type parts struct {
	clusters []*clusterParts
	// failed lists the clusters of lists that have no report.
	failed []api.Failure
	shelf  *shelf
}

// clusterParts are the reports of one cluster.
type clusterParts struct {
	name  string
	parts []part
}

// part is a report in a file.
type part struct {
	file   string
	shard  bool
	report func() (*api.Report, error)
}

// several reports whether the merge makes a list.
func (p *parts) several() bool { return len(p.clusters) > 1 || len(p.failed) > 0 }

func readParts(files []string, stdin io.Reader) (p *parts, err error) {
	p = &parts{}
	defer func() {
		if err != nil {
			p.close()
			p = nil
		}
	}()
	for _, file := range files {
		var failed []api.Failure
		failed, stdin, err = eachReportIn(file, stdin, func(r *api.Report) error { return p.add(file, r) })
		if err != nil {
			return p, err
		}
		p.failed = append(p.failed, failed...)
	}
	// Somebody may have audited such a cluster again.
	p.failed = slices.DeleteFunc(p.failed, func(f api.Failure) bool { return p.find(f.Name) != nil })
	return p, nil
}

func (p *parts) find(cluster string) *clusterParts {
	i := slices.IndexFunc(p.clusters, func(c *clusterParts) bool { return c.name == cluster })
	if i < 0 {
		return nil
	}
	return p.clusters[i]
}

// of returns the report of a cluster: that of its name, or the only one.
func (p *parts) of(cluster string) (*api.Report, error) {
	c := p.find(cluster)
	switch {
	case c != nil:
	case len(p.clusters) == 1:
		c = p.clusters[0]
	default:
		return nil, fmt.Errorf("none of its %d reports is of the cluster %s", len(p.clusters), cluster)
	}
	return c.parts[0].report()
}

// close removes what is on the shelf.
func (p *parts) close() {
	if p != nil {
		p.shelf.close()
	}
}

func (p *parts) add(file string, r *api.Report) error {
	cluster := p.find(r.Metadata.Name)
	if cluster == nil {
		cluster = &clusterParts{name: r.Metadata.Name}
		p.clusters = append(p.clusters, cluster)
	}
	added := part{file, r.Shard != nil, func() (*api.Report, error) { return r, nil }}
	if p.shelf != nil {
		if err := p.putAway(&added); err != nil {
			return err
		}
	}
	cluster.parts = append(cluster.parts, added)
	if len(p.clusters) < 2 || p.shelf != nil {
		return nil
	}
	var err error
	if p.shelf, err = newShelf(); err != nil {
		return err
	}
	for _, c := range p.clusters {
		for i := range c.parts {
			if err := p.putAway(&c.parts[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// putAway puts a report that is in memory on the shelf.
func (p *parts) putAway(one *part) error {
	r, err := one.report()
	if err == nil {
		one.report, err = p.shelf.put(r)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", one.file, err)
	}
	return nil
}
