package cli

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

var (
	auditLong = templates.LongDesc(`
		Audit what runs in a cluster: is it ready for production, and what is failing right now?

		Checks judge workloads and services, by their specs and by what happens to them: OOM kills, restarts, runaway
		jobs, flapping endpoints. The result is a grade, a score and the findings, worst first. Resources that could
		not be read never count as fine: they are listed, and lower the coverage. Nothing in the cluster is ever
		changed.

		The table is sorted by severity, then by urgency: what fails now comes before what will fail later. Similar
		findings share a row. With -o wide, each has its own row, with its pods, evidence and fix. Findings of
		severity info are shown only there or with --min-severity=info.

		A single audit proves that something happened, not how often. With --observe, the audit then watches the cluster
		for a while and counts what happens: how often endpoints lost readiness, how long a Service had none, restarts, OOM
		kills, and the pods that Jobs created and lost. Ctrl-C ends the observation early and still prints the report.

		Without flags, an audit covers the namespace of the current context. With TYPE/NAME, it covers only these objects
		and what they depend on: for a workload, its Services, routes, budgets and autoscalers; for a Service, the
		workloads behind it. For a pod, ReplicaSet or Job, it covers the workload that owns it. It reads the whole
		namespace of the objects; for a node, only that node and its pods.

		Files can be audited as well: manifests, the output of 'kubectl get -o yaml', and snapshots. Files other than
		snapshots are assumed to be only a part of a cluster: nothing is concluded from missing objects, unless
		--assume-complete says that the files contain everything. Files may be compressed with gzip. A file in a
		directory, or an object in a file, that cannot be read is listed and lowers the coverage; a file that you name
		must contain at least one Kubernetes object.

		With --context or --all-contexts, several clusters are audited, and each gets a report of its own. If one of
		them cannot be audited, the others still are.

		Profile, gate, severities, exceptions and more can be set in a configuration file, and some of them in the
		environment: see 'kubectl prodcheck config --help'.

		Exit status:

		 *  0   The audit ran and the gate (--fail-on, --min-score) passed, or none was set.
		 *  1   The gate failed.
		 *  2   The audit of a cluster could not run: wrong usage, invalid configuration, or no connection.
		 *  3   The audit is incomplete and --require-complete was given.`)

	auditExample = templates.Examples(`
		# Audit the namespace of the current context
		kubectl prodcheck

		# Audit all namespaces, with a scoreboard, the worst first
		kubectl prodcheck -A

		# Audit single workloads, or the workload of a pod, with evidence, fixes and dependencies
		kubectl prodcheck deploy/cart sts/db -n shop
		kubectl prodcheck pod cart-5d8f-x2k4j -n shop

		# Audit the workloads of one application, with evidence and fixes
		kubectl prodcheck -n shop -l app=cart -o wide

		# Audit two namespaces, or all except system namespaces
		kubectl prodcheck -n shop,billing
		kubectl prodcheck -A --exclude-namespaces 'kube-*'

		# Watch for two minutes, and count restarts, OOM kills and losses of readiness
		kubectl prodcheck -n shop --observe=2m

		# Keep watching, and print findings as they appear and disappear
		kubectl prodcheck deploy/cart -n shop -w

		# Fail a pipeline if something critical or high is open
		kubectl prodcheck -n shop --fail-on=high --require-complete

		# Audit the clusters of two contexts, or of all of them
		kubectl prodcheck -A --context prod-eu,prod-us
		kubectl prodcheck -A --all-contexts

		# Audit manifests before they are applied, or what a kustomization builds
		kubectl prodcheck -f deploy/ -R
		kubectl prodcheck -k overlays/prod

		# Audit a dump of a whole cluster: an object that is not in it does not exist
		kubectl prodcheck -A -f dump/ -R --assume-complete

		# Print the report as JSON, for a dashboard or a script
		kubectl prodcheck -A -o json

		# Audit once: print a table, and write files for others to read
		kubectl prodcheck -A -o wide -o html=report.html -o json=report.json

		# Write metrics for Prometheus to a file for the node exporter, or push them to a Pushgateway
		kubectl prodcheck -A -o prometheus=/var/lib/node_exporter/prodcheck.prom
		kubectl prodcheck -A --push-gateway http://pushgateway:9091`)
)

// AuditOptions contains the options of an audit of clusters or files.
type AuditOptions struct {
	live    liveAudit
	files   filesFlags
	output  reportFlags
	push    pushFlags
	shard   shardFlags
	merger  merger
	earlier earlierFlags
	watch   bool

	genericiooptions.IOStreams
}

func newAuditCommand(p *program, c *connection) *cobra.Command {
	o := &AuditOptions{live: newLiveAudit(p, c), files: newFilesFlags(), output: newReportFlags(p), merger: newMerger(p), IOStreams: p.IOStreams}
	o.live.names = o.files.orCluster(c)
	cmd := &cobra.Command{
		Use:                   "kubectl-prodcheck [TYPE/NAME...] [-n NAMESPACE | -A] [-l SELECTOR] [-f FILENAME] [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Audit a cluster for production readiness",
		Long:                  auditLong,
		Example:               auditExample,
		Args:                  objectsOrVerb,
		ValidArgsFunction:     completeObjects(o.live.names),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !o.watch {
				return runE(o)(cmd, args)
			}
			watch, err := o.asWatch(cmd)
			if err != nil {
				return usageError{cmd.CommandPath(), err}
			}
			return runE(watch)(cmd, args)
		},
	}
	o.live.addFlags(cmd)
	o.live.clusters.addFlags(cmd)
	o.live.judging.asOf.addFlag(cmd)
	o.files.addFlags(cmd)
	o.output.addFlags(cmd)
	o.push.addFlags(cmd)
	o.earlier.addFlags(cmd)
	addObserveFlag(cmd, &o.live.observe)
	o.shard.addFlags(cmd)
	addGateFlags(cmd)
	cmd.Flags().BoolVarP(&o.watch, "watch", "w", o.watch, "After listing the findings, watch for changes, as 'watch' does")
	return cmd
}

// Complete turns the flags and arguments into values.
func (o *AuditOptions) Complete(cmd *cobra.Command, args []string) error {
	objects, err := parseObjects(args)
	if err != nil {
		return err
	}
	s := &o.live.judging.settings
	err = inOrder(
		func() error { return o.files.complete(cmd) },
		func() error { return o.live.complete(cmd) },
		func() error { return o.live.name(objects) },
		func() error { return o.shard.complete(cmd, &o.live, o.files.given()) },
		func() error { return o.output.complete(s.File) },
		o.push.complete,
		func() error { return o.earlier.complete(s, o.In) },
	)
	if err != nil {
		return err
	}
	o.merger.settings = *s
	if o.shard.shard != nil && o.shard.handOver == "" {
		// A history is of the whole.
		o.earlier.past = pastReports{}
	}
	if o.files.given() {
		return nil
	}
	return o.live.open()
}

// Validate refuses flags that make no sense.
func (o *AuditOptions) Validate() error {
	return cmp.Or(validateObserve(o.live.observe, &o.files),
		o.files.validate(&o.live.judging.settings), o.live.scopeFlags.expectAll(o.files.given()), o.live.validate(), o.live.judging.validate())
}

// Run audits. The findings are printed even if the gate fails.
func (o *AuditOptions) Run(ctx context.Context) error {
	if o.shard.handOver != "" {
		return o.handOver(ctx)
	}
	found, err := o.audit(ctx)
	if err != nil {
		return err
	}
	return conclude(ctx, found, &o.output, &o.push, &o.earlier, o.IOStreams)
}

func (o *AuditOptions) audit(ctx context.Context) (result, error) {
	if !o.files.given() {
		return o.live.run(ctx, o.IOStreams, o.earlier.marker(o.ErrOut))
	}
	started := time.Now()
	r, err := o.auditOne(ctx)
	if err != nil {
		return result{}, err
	}
	return oneReport(r, time.Since(started), o.earlier.marker(o.ErrOut)), nil
}

// auditOne makes the report of one cluster, or of files.
func (o *AuditOptions) auditOne(ctx context.Context) (*api.Report, error) {
	if !o.files.given() {
		return o.live.runOne(ctx, o.IOStreams)
	}
	source, err := o.files.source(o.IOStreams, &o.live.judging.settings)
	if err != nil {
		return nil, err
	}
	inv, err := o.live.reading.read(ctx, source, o.live.judging.request(o.live.scope))
	if err != nil {
		return nil, err
	}
	inv.Name = cmp.Or(o.live.clusters.name, o.files.kustomization, inv.Name)
	return o.live.judging.judge(inv), nil
}
