package live

import (
	"cmp"
	"context"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// readBefore reads within the time that is left before the observation.
func (l *Source) readBefore(ctx context.Context, req inventory.Request, facts *collect.Facts, only []namespaceAnswer, own []string) ([]inventory.Read, error) {
	if deadline, bounded := ctx.Deadline(); bounded && req.Observe > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-req.Observe))
		defer cancel()
	}
	return l.readAll(ctx, req, facts, only, own)
}

// ended notes where a list ended.
func (l *Source) ended(p position) {
	l.ending.Lock()
	defer l.ending.Unlock()
	l.positions = append(l.positions, p)
}

// observation collects the changes that were seen in a cluster.
type observation struct {
	inventory.Observation
	observer *collect.Observer
}

// observe watches everything that was listed for some time, or until the context
// ends.
func (l *Source) observe(ctx context.Context, window time.Duration, facts *collect.Facts, reads []inventory.Read) *observation {
	from := l.clock.precise()
	seen := &observation{inventory.Observation{From: from}, collect.NewObserver(facts, from)}
	news := l.followAll(ctx, window)
	l.reportObserved(from.Add(window), seen.observer)
	var gaps []*gap
	for n := range news {
		at := l.clock.precise()
		switch {
		case n.gap != nil:
			gaps = append(gaps, n.gap)
			if n.gap.listed != nil {
				seen.observer.Relisted(n.gap.of.kind.Name, n.gap.of.namespace, n.gap.listed, at)
			}
		case n.change.again:
			seen.observer.Again(n.change.obj, at)
		case n.change.deleted:
			seen.observer.Deleted(n.change.obj, at)
		default:
			seen.observer.Changed(n.change.obj, at)
		}
		l.reportObserved(from.Add(window), seen.observer)
	}
	seen.To, seen.Total = l.clock.precise(), seen.observer.Total()
	seen.Watches = watchesOf(l.positions, reads, gaps, seen)
	return seen
}

func (l *Source) reportObserved(until time.Time, o *collect.Observer) {
	if l.Observing != nil {
		l.Observing(until.Sub(l.clock.precise()), o.Total())
	}
}

// watchesOf says, for each resource, when its changes were seen.
func watchesOf(positions []position, reads []inventory.Read, gaps []*gap, seen *observation) []inventory.Watch {
	var watches []inventory.Watch
	for _, read := range reads {
		w := inventory.Watch{Resource: read.Resource, From: seen.From}
		listed := false
		for _, p := range positions {
			if p.kind.Resource == read.Resource {
				listed = true
				w.From = earlier(w.From, p.at)
			}
		}
		switch {
		case !listed && read.Resource == inventory.Namespaces:
			// They were read by name: the scope says which.
			continue
		case read.State != inventory.Complete:
			w.Miss(inventory.Interval{From: w.From, To: seen.To}, read.Reason)
		case !listed:
			// The server has none.
			continue
		case w.Resource == inventory.Pods && seen.observer.Full():
			w.Miss(inventory.Interval{From: w.From, To: seen.To}, "over budget")
		default:
			for _, g := range gaps {
				if g.of.kind.Resource == read.Resource {
					w.Miss(inventory.Interval{From: g.From, To: cmp.Or(g.To, seen.To)}, g.reason)
				}
			}
		}
		watches = append(watches, w)
	}
	return watches
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// attach adds the changes to an inventory.
func (o *observation) attach(inv *inventory.Inventory, unread collect.Unread) {
	if o == nil {
		return
	}
	inv.Observation = &o.Observation
	o.observer.Attach(inv, unread)
}
