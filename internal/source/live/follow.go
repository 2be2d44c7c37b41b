package live

import (
	"context"
	"errors"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

const (
	// maxWatches limits the watches. There are many if each namespace was listed
	// separately.
	maxWatches = 500
	// longestPause is the longest between two attempts to reach a server.
	longestPause = 8 * time.Second
)

// news is a change, or a gap in which changes were missed.
type news struct {
	change change
	gap    *gap
}

// gap is a time in which changes of a list were missed. It ends with a new list
// or, if To is zero, never.
type gap struct {
	inventory.Interval
	of position
	// reason is empty if changes are seen again.
	reason string
	listed collect.Listed
	// refused is set if the server does not let the list be watched.
	refused bool
}

// followAll watches everything that was listed, from where each list ended,
// until the window is over (never, for 0) or the context ends. Then it closes
// the channel.
func (l *Source) followAll(ctx context.Context, window time.Duration) <-chan news {
	out := make(chan news)
	var group sync.WaitGroup
	for i, p := range l.positions {
		f := &follower{source: l, position: p, out: out, heard: p.at}
		if window > 0 {
			f.end = time.Now().Add(window)
		}
		group.Go(func() {
			if i < maxWatches {
				f.run(ctx)
			} else {
				f.miss("over budget", true)
			}
		})
	}
	go func() {
		group.Wait()
		close(out)
	}()
	return out
}

// follower watches one list. It misses no change, or reports when it may have
// missed some.
type follower struct {
	source   *Source
	position position
	out      chan<- news
	// end is zero if there is none.
	end time.Time
	// heard is the time of the last sign of the server, by its own clock.
	heard time.Time
	// failing is the time since which the list cannot be watched, zero if it can.
	failing time.Time
	// signs counts signs of the server in the present watch, beginning with its opening.
	signs int
	// lost is set after it was said that the list is not seen.
	lost bool
}

// patience is the time for which a list that is followed without end may stay unseen
// before it is said.
const patience = 5 * time.Second

func (f *follower) run(ctx context.Context) {
	var failure error
	for wait := retryPause; f.left() > 0; {
		before := f.heard
		err := f.watch(ctx)
		if ctx.Err() != nil {
			break
		}
		if f.heard.After(before) {
			wait = retryPause
		}
		if failure = err; failure == nil {
			f.alive()
			continue
		}
		if final(failure) {
			break
		}
		f.sayLost(reasonOf(failure))
		pause(ctx, min(wait, f.left()))
		wait = min(2*wait, longestPause)
	}
	if failure != nil && !final(failure) && ctx.Err() == nil {
		// Watch once more to catch up.
		failure = f.watch(ctx)
	}
	if failure != nil {
		f.miss(reasonOf(failure), final(failure))
	}
}

// sayLost says that a list that is followed without end has not been seen for a
// while. In a window that is said in the end.
func (f *follower) sayLost(reason string) {
	if f.failing.IsZero() {
		f.failing = time.Now()
	}
	if f.end.IsZero() && !f.lost && time.Since(f.failing) > patience {
		f.lost = true
		f.miss(reason, false)
	}
}

// watch follows the list until the server ends the watch. If the server no
// longer knows the changes since the last one, it reads the list again.
func (f *follower) watch(ctx context.Context) error {
	started, before, failing := time.Now(), f.heard, f.failing
	f.signs = 0
	err := f.source.watch(ctx, &f.position, f.period(), f.alive, func(c change) { f.out <- news{change: c} })
	switch {
	case errors.Is(err, errStalled) && f.signs <= 1:
		// A watch that was opened and then stayed silent shows nothing.
		f.heard, f.failing = before, failing
		if failing.IsZero() {
			f.failing = started
		}
	case apierrors.IsResourceExpired(err), apierrors.IsGone(err):
		return f.listAgain(ctx)
	case err == nil && time.Since(started) < retryPause:
		pause(ctx, min(retryPause, f.left()))
	}
	return err
}

func (f *follower) period() time.Duration {
	period := watchPeriod
	if f.position.kind.Resource == inventory.Events {
		period = eventWatchPeriod
	}
	return min(period, max(f.left(), time.Second))
}

// left returns the time until the end.
func (f *follower) left() time.Duration {
	if f.end.IsZero() {
		return 1<<63 - 1
	}
	return time.Until(f.end)
}

// alive notes a sign of the server.
func (f *follower) alive() {
	f.signs++
	f.heard, f.failing = f.source.clock.precise(), time.Time{}
	if f.lost {
		f.lost = false
		f.miss("", false)
	}
}

// miss notes that changes are missed from now on.
func (f *follower) miss(reason string, refused bool) {
	f.out <- news{gap: &gap{Interval: inventory.Interval{From: f.heard}, of: f.position, reason: reason, refused: refused}}
}

// listAgain reads the list again, to know where to continue.
func (f *follower) listAgain(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	listed := collect.Listed{}
	var version string
	for page := range f.source.pages(ctx, f.position.kind, f.position.namespace, new(bodyPair)) {
		if page.err != nil {
			return page.err
		}
		if page.inconsistent {
			return errors.New(inconsistent)
		}
		err := eachObject(f.position.kind, page.body, whole(f.position.kind), func(obj runtime.Object) error {
			listed.Add(obj)
			f.out <- news{change: change{obj: obj, again: true}}
			return nil
		})
		if err != nil {
			return err
		}
		version = page.version
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	missed := inventory.Interval{From: f.heard}
	f.alive()
	missed.To = f.heard
	f.position.version = version
	f.out <- news{gap: &gap{Interval: missed, of: f.position, reason: "expired", listed: listed}}
	return nil
}

// final reports whether a failure will not go away.
func final(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsNotFound(err) || apierrors.IsMethodNotSupported(err) ||
		apierrors.IsUnauthorized(err)
}
