package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/exporter"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
)

// minInterval keeps a typing mistake from listing a cluster all the time.
const minInterval = time.Minute

// ServeOptions contains the options of "serve".
type ServeOptions struct {
	live     liveAudit
	address  string
	interval time.Duration
	watch    bool
	// counts are the counts of findings that were printed last.
	counts *api.Counts
	// kept is the time of the last report that was added to the history.
	kept      time.Time
	webConfig string
	// scheme is http or https, according to the web configuration.
	scheme string

	genericiooptions.IOStreams
}

func newServeCommand(p *program, c *connection) *cobra.Command {
	o := &ServeOptions{live: newLiveAudit(p, c), address: defaultAddress(), interval: time.Hour, IOStreams: p.IOStreams}
	cmd := &cobra.Command{
		Use:                   "serve [-n NAMESPACE | -A] [-l SELECTOR] [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Audit a cluster at regular intervals and serve metrics for Prometheus",
		Long: templates.LongDesc(`
			Audit a cluster at regular intervals, and serve the last result over HTTP:

			 *  /metrics       Metrics for Prometheus. With honor_labels, Prometheus keeps labels such as namespace.
			 *  /report.json   The report.
			 *  /healthz       Whether the server answers.
			 *  /readyz        Whether there is a report yet.

			Audits run one at a time, and the last report is served until the next one is complete. A failed audit is
			reported on standard error and in the metrics, and retried after a minute.

			Anyone who can reach the address can read the report. The default is therefore localhost; in a pod, all
			addresses. TLS and basic authentication are configured with --web.config.file, as for the exporters of
			Prometheus: https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md. The file
			and its certificates are read again for each connection.`),
		Example: templates.Examples(`
			# Audit all namespaces every hour
			kubectl prodcheck serve -A

			# Audit one namespace every ten minutes, on another port
			kubectl prodcheck serve -n shop --interval=10m --listen-address=localhost:9090

			# Audit again within seconds of a change
			kubectl prodcheck serve -A --watch

			# Serve to other machines, with TLS and a password
			kubectl prodcheck serve -A --listen-address=:8080 --web.config.file=web.yaml`),
		Args: noArguments,
		RunE: runE(o),
	}
	o.live.addFlags(cmd)
	addClusterNameFlag(cmd, &o.live.clusters.name)
	addHistoryFlags(cmd)
	cmd.Flags().StringVar(&o.address, "listen-address", o.address, "Address to listen on; without a host, all addresses of this machine. The default is localhost:8080 or, in a pod, :8080")
	cmd.Flags().StringVar(&o.webConfig, "web.config.file", o.webConfig, "Web configuration file, which can enable TLS and basic authentication")
	completeFlag(cmd, "web.config.file", completeFiles)
	cmd.Flags().BoolVar(&o.watch, "watch", o.watch, "Watch the cluster, and audit it again within seconds of a change. Requires permission to watch everything that is listed")
	cmd.Flags().DurationVar(&o.interval, "interval", o.interval, "Time from the start of an audit to the start of the next, at least 1m")
	return cmd
}

// Complete turns the flags into values.
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
	if o.scheme, err = schemeOf(o.webConfig); err != nil {
		return fmt.Errorf("--web.config.file %s: %w", o.webConfig, err)
	}
	return cmp.Or(o.live.scopeFlags.expectAll(false), o.live.validate())
}

// Run serves until a signal ends it, which is not a failure.
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
	when := "every " + o.interval.String()
	if o.watch {
		when = "after each change"
	}
	fmt.Fprintf(o.ErrOut, "serving %s://%s/metrics, auditing %s %s\n", o.scheme, listener.Addr(), cluster.Name, when)
	e := exporter.New(api.Value(cluster.Name), o.live.judging.version)
	e.Interval, e.WebConfig = o.interval, o.webConfig
	e.Log = slog.New(slog.NewTextHandler(o.ErrOut, &slog.HandlerOptions{Level: slog.LevelWarn}))
	e.Done = o.logAudit
	e.Audit = func(ctx context.Context) (*api.Report, error) {
		r, err := o.live.report(ctx, o.live.contexts[0], progress{})
		if err != nil {
			return nil, err
		}
		o.remember(r, true)
		return r, nil
	}
	if o.watch {
		e.Done, e.Follow = o.logChange, o.follow
	}
	return e.Serve(ctx, listener)
}

// remember compares a report with those of the history, and may add it to them. The report
// is no worse if that fails.
func (o *ServeOptions) remember(r *api.Report, keep bool) {
	past, errOut := historyOf(&o.live.judging.settings), o.ErrOut
	if !keep {
		// What is wrong with the history is said once in an interval.
		errOut = io.Discard
	}
	err := past.mark(r, errOut)
	if keep {
		o.kept = r.Metadata.CreationTimestamp.Time
		err = errors.Join(err, past.add(r))
	}
	if err != nil && keep {
		fmt.Fprintln(o.ErrOut, errorMessage(err))
	}
}

// due reports whether an interval has passed since a report was kept.
func (o *ServeOptions) due(r *api.Report) bool {
	return r.Metadata.CreationTimestamp.Sub(o.kept) >= o.interval
}

// follow publishes a report after each change. The history gets one in each interval.
func (o *ServeOptions) follow(ctx context.Context, publish func(*api.Report, time.Duration, error)) error {
	return o.live.follow(ctx, func(r *api.Report, took time.Duration) error {
		o.remember(r, o.due(r))
		publish(r, took, nil)
		return nil
	}, func(reason string) {
		if reason != "" {
			publish(nil, 0, errors.New("cannot watch: "+reason))
		}
	})
}

// logChange prints one line if the findings have changed.
func (o *ServeOptions) logChange(last metrics.Audit, failure error, _ time.Duration) {
	if failure != nil {
		fmt.Fprintln(o.ErrOut, errorMessage(failure))
		return
	}
	if counts := last.Report.Summary.Findings; o.counts == nil || *o.counts != counts {
		o.counts = &counts
		fmt.Fprintf(o.ErrOut, "audited in %s: %d critical, %d high, %d medium, %d low\n",
			last.Duration.Round(time.Millisecond), counts.Critical, counts.High, counts.Medium, counts.Low)
	}
}

// logAudit writes one line about an audit.
func (o *ServeOptions) logAudit(last metrics.Audit, failure error, next time.Duration) {
	next = next.Round(time.Second)
	if failure != nil {
		fmt.Fprintf(o.ErrOut, "%s; the next audit starts in %s\n", errorMessage(failure), next)
		return
	}
	s := last.Report.Summary
	fmt.Fprintf(o.ErrOut, "audited in %s: %d critical, %d high, %d medium, %d low; the next audit starts in %s\n",
		last.Duration.Round(time.Millisecond), s.Findings.Critical, s.Findings.High, s.Findings.Medium, s.Findings.Low, next)
}
