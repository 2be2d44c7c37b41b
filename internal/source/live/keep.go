package live

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Pace limits how often an inventory is made of a cluster that is followed.
type Pace struct {
	// Pause is the shortest time between two inventories. It is longer if making and judging
	// one takes long: they get at most a twentieth of the time.
	Pause time.Duration
	// Quiet is the time after which there is another one even if nothing has changed:
	// some findings are a matter of time.
	Quiet time.Duration
	// Timeout limits the lists at the beginning, 0 for no limit.
	Timeout time.Duration
}

// catchUp is the time after the lists in which all of them reach the same moment.
const catchUp = 500 * time.Millisecond

// effort is the share of the time that inventories may take, as its divisor.
const effort = 20

// Follow reads, and calls judge with an inventory, then again whenever something has
// changed, until the context ends or judge fails. While changes are not seen it calls
// lost with the reason, and does not judge; lost("") ends that. A server that
// refuses to be watched is an error.
func (l *Source) Follow(ctx context.Context, req inventory.Request, pace Pace, judge func(*inventory.Inventory) error, lost func(reason string)) error {
	if err := l.connect(); err != nil {
		return err
	}
	l.clock.endless = true
	facts := collect.New()
	facts.Follow()
	reads, err := l.readFirst(ctx, &req, facts, pace.Timeout)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k := &keeper{facts: facts, news: l.followAll(ctx, 0), lost: map[inventory.Resource]string{}, tell: lost, missing: map[types.UID]time.Time{}}
	// The followers end when somebody hears them out.
	defer func() {
		cancel()
		for range k.news {
		}
	}()
	unread := collect.UnreadOf(reads)
	// The lists are not of one moment: a pod may be newer than its ReplicaSet's.
	k.pause = catchUp
	for err := k.wait(ctx, catchUp); ; err = k.wait(ctx, max(pace.Quiet, k.pause)) {
		if err != nil {
			return err
		}
		if len(k.lost) == 0 {
			started := time.Now()
			if req.ConfirmOwners {
				l.confirmOwners(ctx, facts, unread, maxConfirmations, k.missedLong)
			}
			inv := facts.Build(req.Scope, unread)
			inv.Name, inv.Version, inv.Time, inv.Reads = l.Name, l.version, l.clock.now(), reads
			if err := judge(inv); err != nil {
				return err
			}
			k.pause = max(pace.Pause, effort*time.Since(started))
		}
	}
}

// readFirst reads what will be followed.
func (l *Source) readFirst(ctx context.Context, req *inventory.Request, facts *collect.Facts, timeout time.Duration) ([]inventory.Read, error) {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	return l.readLists(ctx, req, facts, nil)
}

// keeper keeps facts up to date.
type keeper struct {
	facts   *collect.Facts
	news    <-chan news
	pause   time.Duration
	changes int
	// lost says, by resource, why changes are not seen.
	lost map[inventory.Resource]string
	tell func(reason string)
	// missing are the times since which owners are missing.
	missing map[types.UID]time.Time
}

// collected is the time in which the garbage collector removes the pods of an owner
// that was deleted.
const collected = 30 * time.Second

// missedLong reports whether an owner is missing for longer than that: until then its
// pods are no finding.
func (k *keeper) missedLong(owner *collect.MissingOwner) bool {
	since, known := k.missing[owner.UID]
	if !known {
		k.missing[owner.UID] = time.Now()
		return false
	}
	return time.Since(since) > collected
}

// wait applies changes for a pause, and from then on until there was one, or a time
// without any is over.
func (k *keeper) wait(ctx context.Context, quiet time.Duration) error {
	pause, patience := time.NewTimer(k.pause), time.NewTimer(quiet)
	defer pause.Stop()
	defer patience.Stop()
	changed, paused := false, false
	for {
		select {
		case n, open := <-k.news:
			if !open {
				return cmp.Or(ctx.Err(), errStalled)
			}
			if err := k.apply(n); err != nil {
				return err
			}
			changed = true
		case <-pause.C:
			paused = true
		case <-patience.C:
			return ctx.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
		if changed && paused {
			return ctx.Err()
		}
	}
}

func (k *keeper) apply(n news) error {
	switch gap := n.gap; {
	case gap == nil && n.change.deleted:
		k.facts.Remove(n.change.obj)
	case gap == nil:
		k.facts.Add(n.change.obj, collect.Unsaid{})
	case gap.listed != nil:
		k.facts.Retain(gap.of.kind.Name, gap.of.namespace, gap.listed)
	case gap.refused:
		return UnwatchableError{gap.of.kind.Resource, gap.reason}
	default:
		k.note(gap.of.kind.Resource, gap.reason)
	}
	if k.changes++; k.changes > k.facts.Size() {
		k.facts.Renew()
		clear(k.missing)
		k.changes = 0
	}
	return nil
}

// UnwatchableError describes a resource that the server does not let be watched.
type UnwatchableError struct {
	Resource inventory.Resource
	Reason   string
}

func (e UnwatchableError) Error() string {
	return fmt.Sprintf("changes of %s cannot be watched: %s", e.Resource, e.Reason)
}

// note reports when the first resource is lost, and when the last one is back.
func (k *keeper) note(r inventory.Resource, reason string) {
	before := len(k.lost)
	if reason == "" {
		delete(k.lost, r)
	} else {
		k.lost[r] = reason
	}
	switch {
	case before == 0 && len(k.lost) > 0:
		k.tell(fmt.Sprintf("%s: %s", r, reason))
	case before > 0 && len(k.lost) == 0:
		k.tell("")
	}
}
