package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/templates"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/compare"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// watchPace says how often a cluster that is watched is judged: at most every few seconds,
// and also if nothing has changed, as some findings are a matter of time.
var watchPace = live.Pace{Pause: 3 * time.Second, Quiet: 30 * time.Second}

// WatchOptions are one watch of a cluster.
type WatchOptions struct {
	live liveAudit
	watching
}

// watching prints the changes of findings.
type watching struct {
	output    string
	watchOnly bool
	noHeaders bool
	color     colorFlag

	genericiooptions.IOStreams
}

func newWatchCommand(p *program, c *connection) *cobra.Command {
	o := &WatchOptions{newLiveAudit(p, c), watching{color: colorAuto, IOStreams: p.IOStreams}}
	cmd := &cobra.Command{
		Use:                   "watch [TYPE/NAME...] [-n NAMESPACE | -A] [-l SELECTOR] [options]",
		DisableFlagsInUseLine: true,
		Short:                 "Print findings as they appear and disappear",
		Long: templates.LongDesc(`
			Audit a cluster, keep watching it, and print a line for each finding that appears, gets worse or is gone.

			The findings that are open at the beginning come first, as with 'kubectl get --watch'; --watch-only leaves
			them out. The cluster is judged again a few seconds after something has changed. With --fail-on, it exits
			with 1 as soon as the gate fails. While the API server cannot be reached, nothing is judged, and a line on
			standard error says so; findings that changed in the meantime follow when it is back.

			'kubectl prodcheck -w' is short for it. Both require permission to watch everything that is listed:
			'kubectl prodcheck rbac --observe' prints the role.`),
		Example: templates.Examples(`
			# Watch a namespace during a rollout
			kubectl prodcheck watch -n shop --min-severity=high

			# Watch one workload, with its Services, routes, budgets and autoscalers
			kubectl prodcheck watch deploy/cart -n shop

			# Exit with 1 when a critical finding appears in any namespace
			kubectl prodcheck watch -A --fail-on=critical

			# Print one JSON object per line
			kubectl prodcheck watch -A -o json | jq 'select(.finding.change == "new")'`),
		ValidArgsFunction: completeObjects(c.names),
		RunE:              runE(o),
	}
	o.live.addFlags(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&o.output, "output", "o", o.output, "Output format. One of: (json)")
	completeFlag(cmd, "output", completeWords([]string{"json"}))
	flags.BoolVar(&o.watchOnly, "watch-only", o.watchOnly, "Leave out the findings that are open at the beginning")
	flags.BoolVar(&o.noHeaders, "no-headers", o.noHeaders, "If present, print output without headers")
	o.color.addFlag(cmd)
	addGateFlags(cmd)
	return cmd
}

// Complete makes values of the flags.
func (o *WatchOptions) Complete(cmd *cobra.Command, args []string) error {
	objects, err := parseObjects(args)
	if err != nil {
		return err
	}
	return inOrder(
		func() error { return o.live.complete(cmd) },
		func() error { return o.live.name(objects) },
		o.live.open,
	)
}

// Validate refuses flags that make no sense.
func (o *WatchOptions) Validate() error {
	if o.output != "" && o.output != "json" {
		return unknownFormat(o.output, []string{"json"})
	}
	return cmp.Or(o.live.scopeFlags.expectAll(false), o.live.validate(), o.live.judging.validate())
}

// Run watches until it is interrupted, or the gate fails.
func (o *WatchOptions) Run(ctx context.Context) error { return o.watch(ctx, &o.live) }

// watch prints the findings of a cluster as they appear and disappear.
func (w *watching) watch(ctx context.Context, cluster *liveAudit) error {
	var tracker compare.Tracker
	var table *printers.Watch
	return cluster.follow(ctx, func(r *api.Report, _ time.Duration) error {
		if table == nil {
			table = printers.NewWatch(w.Out, r.Scope, printers.Options{
				Width: terminalWidth(w.Out), Color: w.color.allows(w.Out), NoHeaders: w.noHeaders,
			})
		}
		for _, f := range tracker.Next(r) {
			if w.watchOnly && f.Change == api.ChangeSame {
				continue
			}
			if err := w.print(table, api.NewFindingEvent(r, f)); err != nil {
				return err
			}
		}
		return demand(r)
	}, func(reason string) {
		if reason == "" {
			fmt.Fprintln(w.ErrOut, "watching again")
			return
		}
		fmt.Fprintf(w.ErrOut, "cannot watch: %s\n", reason)
	})
}

func (w *watching) print(table *printers.Watch, event api.FindingEvent) error {
	if w.output == "json" {
		return printers.WatchJSON(w.Out, event)
	}
	return table.Print(event)
}

// follow makes a report of one cluster after each change, and passes it on with the
// time that judging took. An interrupt is no failure.
func (a *liveAudit) follow(ctx context.Context, visit func(r *api.Report, took time.Duration) error, lost func(reason string)) error {
	source, scope, err := a.contexts[0].in(a.scope, a.scopeFlags.allNamespaces)
	if err != nil {
		return err
	}
	a.reading.bound(source)
	request := a.judging.request(scope)
	request.Resources = a.reading.events.of(request.Resources)
	pace := a.pace
	pace.Timeout = a.reading.timeout
	begun := false
	err = source.Follow(ctx, request, pace, func(inv *inventory.Inventory) error {
		if !begun && len(inv.Missing) > 0 {
			return notFound(inv)
		}
		// From now on, what is missing was deleted.
		begun = true
		started := time.Now()
		r := a.judging.judge(inv)
		return visit(r, time.Since(started))
	}, lost)
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return nil
	}
	return err
}

// asWatch returns the watch that --watch asks for. It refuses flags that "watch" does not
// have.
func (o *AuditOptions) asWatch(cmd *cobra.Command) (*WatchOptions, error) {
	verb, _, err := cmd.Find([]string{"watch"})
	if err != nil {
		return nil, err
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && f.Name != "watch" && verb.Flag(f.Name) == nil {
			err = fmt.Errorf("--%s cannot be used with --watch", f.Name)
		}
	})
	watch := &WatchOptions{o.live, watching{noHeaders: o.output.noHeaders, color: o.output.color, IOStreams: o.IOStreams}}
	switch formats := o.output.given; len(formats) {
	case 0:
	case 1:
		watch.output = formats[0]
	default:
		err = cmp.Or(err, errors.New("--output can be given only once with --watch"))
	}
	return watch, cmp.Or(err, o.live.clusters.connection.expectOneContext(verb))
}
