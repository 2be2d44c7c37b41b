package cli

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// maxAudits limits how many clusters are audited at once. Each needs memory for
// its inventory until its report is made.
const maxAudits = 3

// liveAudit makes reports of clusters. It can run repeatedly.
type liveAudit struct {
	clusters   clusterFlags
	scopeFlags scopeFlags
	reading    readingFlags
	judging    judgingFlags

	// observe is the time to watch a cluster after it was read.
	observe  time.Duration
	scope    inventory.Scope
	contexts []*kubeContext
}

func newLiveAudit(p *program, c *connection) liveAudit {
	return liveAudit{clusters: clusterFlags{connection: c}, reading: newReadingFlags(), judging: newJudgingFlags(p)}
}

func (a *liveAudit) addFlags(cmd *cobra.Command) {
	a.scopeFlags.addFlags(cmd, a.clusters.connection.completeNamespaces)
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

// run makes the reports. If one cluster was asked for, its failure is an error;
// if several were, it is part of the result.
func (a *liveAudit) run(ctx context.Context, streams genericiooptions.IOStreams) (result, error) {
	progress := startProgress(streams, len(a.contexts))
	defer progress.stop()
	if !a.clusters.several {
		started := time.Now()
		r, err := a.report(ctx, a.contexts[0], progress)
		if err != nil {
			return result{}, err
		}
		return oneReport(r, time.Since(started)), nil
	}
	reports, failures := make([]*api.Report, len(a.contexts)), make([]error, len(a.contexts))
	took := make([]time.Duration, len(a.contexts))
	var group errgroup.Group
	group.SetLimit(maxAudits)
	for i, c := range a.contexts {
		group.Go(func() error {
			started := time.Now()
			reports[i], failures[i] = a.report(ctx, c, progress)
			took[i] = time.Since(started)
			progress.finish(c.name)
			if a.observe > 0 && reports[i] != nil {
				// It may have ended the observation early, which is no failure.
				return nil
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return result{}, err
	}
	found := result{printers.Found{ReportList: api.NewList(), Several: true, Version: a.judging.version}}
	for i, c := range a.contexts {
		if failures[i] != nil {
			found.Fail(c.name, reasonOf(failures[i]))
			continue
		}
		found.add(reports[i], took[i])
	}
	return found, nil
}

// report makes the report of one cluster. Its inventory is garbage afterwards.
func (a *liveAudit) report(ctx context.Context, c *kubeContext, progress progress) (*api.Report, error) {
	inv, err := a.read(ctx, c, progress)
	if err != nil {
		return nil, err
	}
	return a.judging.judge(inv), nil
}

// read reads one cluster.
func (a *liveAudit) read(ctx context.Context, c *kubeContext, progress progress) (*inventory.Inventory, error) {
	live, scope, err := c.in(a.scope, a.scopeFlags.allNamespaces)
	if err != nil {
		return nil, err
	}
	a.reading.bound(live)
	progress.watch(c.name, live)
	request := a.judging.request(scope)
	request.Observe = a.observe
	return a.reading.read(ctx, live, request)
}
