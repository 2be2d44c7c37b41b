package cli

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// liveAudit makes reports of clusters. It can run repeatedly.
type liveAudit struct {
	clusters   clusterFlags
	scopeFlags scopeFlags
	reading    readingFlags
	judging    judgingFlags
	// names completes namespaces.
	names namesFunc

	// observe is the time to watch a cluster after it was read.
	observe time.Duration
	// pace limits how often a cluster that is watched is judged.
	pace     live.Pace
	scope    inventory.Scope
	contexts []*kubeContext
}

func newLiveAudit(p *program, c *connection) liveAudit {
	return liveAudit{clusters: clusterFlags{connection: c}, reading: newReadingFlags(), judging: newJudgingFlags(p), pace: p.pace, names: c.names}
}

func (a *liveAudit) addFlags(cmd *cobra.Command) {
	a.scopeFlags.addFlags(cmd, completeNamespaces(a.names))
	a.reading.addFlags(cmd)
	a.judging.addFlags(cmd)
	a.judging.sampling.addFlags(cmd)
}

func (a *liveAudit) complete(cmd *cobra.Command) error {
	var err error
	if a.scope, err = a.scopeFlags.scope(); err != nil {
		return err
	}
	if err := a.clusters.complete(cmd); err != nil {
		return err
	}
	if err := a.judging.complete(cmd); err != nil {
		return err
	}
	a.scope.Exclude = append(a.judging.settings.Exclude(), a.scope.Exclude...)
	return nil
}

// name narrows the scope to objects.
func (a *liveAudit) name(objects []inventory.ObjectName) error {
	return a.scopeFlags.narrow(&a.scope, objects)
}

// open finds the contexts. It sends no request yet.
func (a *liveAudit) open() error {
	var err error
	a.contexts, err = a.clusters.contexts()
	return err
}

func (a *liveAudit) validate() error {
	return cmp.Or(a.scopeFlags.validate(), a.reading.validate())
}

// run makes the reports, and marks each as soon as it is made. If one cluster was asked
// for, its failure is an error; if several were, it is part of the result.
func (a *liveAudit) run(ctx context.Context, streams genericiooptions.IOStreams, mark marker) (result, error) {
	if a.clusters.several {
		return a.runAll(ctx, streams, mark)
	}
	started := time.Now()
	r, err := a.runOne(ctx, streams)
	if err != nil {
		return result{}, err
	}
	return oneReport(r, time.Since(started), mark), nil
}

// runOne makes the report of the only cluster.
func (a *liveAudit) runOne(ctx context.Context, streams genericiooptions.IOStreams) (*api.Report, error) {
	progress := startProgress(streams, 1)
	defer progress.stop()
	return a.report(ctx, a.contexts[0], progress)
}

// report makes the report of one cluster.
func (a *liveAudit) report(ctx context.Context, c *kubeContext, progress progress) (*api.Report, error) {
	cluster, request, err := a.source(c, progress)
	if err != nil {
		return nil, err
	}
	return a.reading.report(ctx, cluster, request, &a.judging)
}

// read reads one cluster.
func (a *liveAudit) read(ctx context.Context, c *kubeContext, progress progress) (*inventory.Inventory, error) {
	cluster, request, err := a.source(c, progress)
	if err != nil {
		return nil, err
	}
	return a.reading.read(ctx, cluster, request)
}

// source returns a cluster and what to read of it. It sends no request yet.
func (a *liveAudit) source(c *kubeContext, progress progress) (*live.Source, inventory.Request, error) {
	cluster, scope, err := c.in(a.scope, a.scopeFlags.allNamespaces)
	if err != nil {
		return nil, inventory.Request{}, err
	}
	a.reading.bound(cluster)
	progress.watch(c.name, cluster)
	request := a.judging.request(scope)
	request.Observe = a.observe
	return cluster, request, nil
}
