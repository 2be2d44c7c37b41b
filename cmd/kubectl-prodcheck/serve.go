package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/exporter"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// minInterval keeps a typing mistake from listing a cluster without pause.
const minInterval = time.Minute

// ServeOptions are one server of the reports of a cluster.
type ServeOptions struct {
	live     liveAudit
	address  string
	interval time.Duration

	genericiooptions.IOStreams
}

func newServeCommand(c *connection, streams genericiooptions.IOStreams) *cobra.Command {
	o := &ServeOptions{live: newLiveAudit(c), address: ":8080", interval: time.Hour, IOStreams: streams}
	cmd := &cobra.Command{
		Use:                   "serve [-n NAMESPACE | -A] [-l SELECTOR] [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Audit a cluster at an interval and serve metrics for Prometheus",
		Long: templates.LongDesc(`
			Audit a cluster at an interval, and serve what the last audit found over HTTP:

			 *  /metrics       The metrics, for Prometheus. They have labels such as namespace, which are kept with honor_labels.
			 *  /report.json   The report.
			 *  /healthz       Whether the server answers.
			 *  /readyz        Whether there is a report yet.

			There is one audit at a time, and the last report stays until the next one is made. An audit that fails is told
			on standard error and in the metrics, and tried again after a minute. Whoever reaches the address can read the
			report: there is no login.`),
		Example: templates.Examples(`
			# Audit all namespaces every hour
			kubectl prodcheck serve -A

			# Audit one namespace every ten minutes, for this machine only
			kubectl prodcheck serve -n shop --interval=10m --listen-address=localhost:9090`),
		Args: noArguments,
		RunE: runE(o),
	}
	o.live.addFlags(cmd)
	addClusterNameFlag(cmd, &o.live.clusters.name)
	cmd.Flags().StringVar(&o.address, "listen-address", o.address, "Address to serve on. Without a host, on all of this machine's")
	cmd.Flags().DurationVar(&o.interval, "interval", o.interval, "Time from the start of an audit to that of the next, at least 1m")
	return cmd
}

// Complete makes values of the flags.
func (o *ServeOptions) Complete(cmd *cobra.Command, _ []string) error {
	if err := o.live.complete(cmd); err != nil {
		return err
	}
	return o.live.open()
}

// Validate refuses flags that make no sense.
func (o *ServeOptions) Validate() error {
	if o.interval < minInterval {
		return fmt.Errorf("--interval must be at least %s, not %s", minInterval, o.interval)
	}
	_, port, err := net.SplitHostPort(o.address)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("--listen-address must be like :8080 or localhost:8080, not %q", o.address)
	}
	return o.live.validate()
}

// Run serves until it is told to end, which is no failure.
func (o *ServeOptions) Run(ctx context.Context) error {
	cluster, err := o.live.contexts[0].live()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", o.address)
	if err != nil {
		var cause *net.OpError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return fmt.Errorf("--listen-address %s: %w", o.address, err)
	}
	fmt.Fprintf(o.ErrOut, "serving http://%s/metrics, auditing %s every %s\n", listener.Addr(), cluster.Name, o.interval)
	e := exporter.New(report.Value(cluster.Name), buildVersion().Version)
	e.Interval = o.interval
	e.Done = o.tell
	e.Audit = func(ctx context.Context) (*report.Report, error) {
		return o.live.report(ctx, o.live.contexts[0], progress{})
	}
	return e.Serve(ctx, listener)
}

// tell is one line for each audit.
func (o *ServeOptions) tell(last metrics.Audit, failure error, next time.Duration) {
	next = next.Round(time.Second)
	if failure != nil {
		fmt.Fprintf(o.ErrOut, "%s; the next audit starts in %s\n", errorMessage(failure), next)
		return
	}
	s := last.Report.Summary
	fmt.Fprintf(o.ErrOut, "audited in %s: %d critical, %d high, %d medium, %d low; the next audit starts in %s\n",
		last.Duration.Round(time.Millisecond), s.Findings.Critical, s.Findings.High, s.Findings.Medium, s.Findings.Low, next)
}
