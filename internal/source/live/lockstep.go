package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"

	"golang.org/x/sync/errgroup"
)

// hanging is the time after which lists no longer wait for one that reads nothing: it
// may hang, and they can be read meanwhile. That takes memory only.
const hanging = 10 * time.Second

// lockstep runs the lists of an audit. In step, they advance together: an API server
// lists namespace after namespace, and no list goes on while another one is behind it.
// Namespaces are complete then, one after the other, while the rest is still to be read.
type lockstep struct {
	// portion is called when more namespaces are complete: all that are listed before
	// one. It is nil if the lists are not in step.
	portion func(before string, reads []inventory.Read)

	mu    sync.Mutex
	steps []*step
	// moved is closed, and replaced, whenever a step changes.
	moved chan struct{}
	// passed is the last namespace that portion was called with. One call at a time.
	passed  string
	calling sync.Mutex
}

// step says how much one list has read.
type step struct {
	resource inventory.Resource
	// reached is the last namespace that was read, at the time moved.
	reached      string
	moved        time.Time
	begun, ended bool
	// apart lists are not in the order of namespaces, or matter in others: nothing is
	// complete before they have ended.
	apart bool
	// read is the result, or what it would be if the list ended where it is.
	read inventory.Read
}

func newLockstep(resources []inventory.Resource, portion func(before string, reads []inventory.Read)) *lockstep {
	s := &lockstep{portion: portion, moved: make(chan struct{})}
	for _, r := range resources {
		s.steps = append(s.steps, &step{resource: r, moved: time.Now(), apart: r.AcrossNamespaces(), read: inventory.Read{Resource: r, State: inventory.Complete}})
	}
	return s
}

// run runs all lists in their order.
func (s *lockstep) run(ctx context.Context, list func(context.Context, inventory.Resource) (inventory.Read, error)) ([]inventory.Read, error) {
	group, ctx := errgroup.WithContext(ctx)
	for i, one := range s.steps {
		s.wait(ctx, func() bool { return s.mayBegin(i) })
		group.Go(func() error {
			read, err := list(ctx, one.resource)
			s.change(func() { one.ended, one.read = true, read })
			if err == nil {
				s.pass()
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return s.reads(), nil
}

// mayBegin reports whether few enough of the lists before one are at their beginning:
// those that have read a page are not. Events begin last.
func (s *lockstep) mayBegin(i int) bool {
	beginning := 0
	for _, before := range s.steps[:i] {
		if !before.begun && !before.ended {
			beginning++
		}
	}
	return beginning == 0 || beginning < maxLists && s.steps[i].resource != inventory.Events
}

// begun notes that a list has read a page, which need not be in step.
func (s *lockstep) begun(r inventory.Resource) { s.change(func() { s.of(r).begun = true }) }

// setApart notes that a list is read in some other way than in the order of namespaces.
func (s *lockstep) setApart(r inventory.Resource) { s.change(func() { s.of(r).apart = true }) }

// reach notes what a list has read, up to the end of a page. It waits until no other list
// is behind. It returns false if the page contained a namespace that was complete already.
func (s *lockstep) reach(ctx context.Context, read inventory.Read, page *namespaceOrder) bool {
	if s.portion == nil {
		s.begun(read.Resource)
		return true
	}
	one, inTime := s.of(read.Resource), true
	s.change(func() {
		one.begun, one.reached, one.moved, one.read = true, page.last, time.Now(), read
		one.apart = one.apart || page.first != ""
		inTime = page.first == "" || !inventory.ListedBefore(page.first, s.passed)
	})
	s.pass()
	s.wait(ctx, func() bool {
		return one.apart || !slices.ContainsFunc(s.steps, func(other *step) bool {
			return !other.ended && !other.apart && inventory.ListedBefore(other.reached, one.reached) && time.Since(other.moved) < hanging
		})
	})
	return inTime
}

// pass calls portion if more namespaces are complete than before.
func (s *lockstep) pass() {
	if s.portion == nil {
		return
	}
	s.calling.Lock()
	defer s.calling.Unlock()
	s.mu.Lock()
	before, reads := s.complete(), s.reads()
	more := inventory.ListedBefore(s.passed, before)
	if more {
		s.passed = before
	}
	s.mu.Unlock()
	if more {
		s.portion(before, reads)
	}
}

// complete returns the namespace before which all others are complete, "" if none is, or
// if all lists have ended.
func (s *lockstep) complete() string {
	before, found := "", false
	for _, one := range s.steps {
		switch {
		case one.ended:
		case one.apart:
			return ""
		case !found || inventory.ListedBefore(one.reached, before):
			before, found = one.reached, true
		}
	}
	return before
}

// reads returns the results of the lists so far.
func (s *lockstep) reads() []inventory.Read {
	reads := make([]inventory.Read, len(s.steps))
	for i, one := range s.steps {
		reads[i] = one.read
	}
	return reads
}

func (s *lockstep) of(r inventory.Resource) *step {
	return s.steps[slices.IndexFunc(s.steps, func(one *step) bool { return one.resource == r })]
}

func (s *lockstep) change(by func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by()
	close(s.moved)
	s.moved = make(chan struct{})
}

// wait waits until a condition holds, or the context ends.
func (s *lockstep) wait(ctx context.Context, holds func() bool) {
	again := time.NewTicker(hanging)
	defer again.Stop()
	for {
		s.mu.Lock()
		held, moved := holds(), s.moved
		s.mu.Unlock()
		if held {
			return
		}
		select {
		case <-moved:
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
}

// namespaceOrder notices whether the objects of a list come in the order of an API
// server.
type namespaceOrder struct {
	last string
	// first is the first namespace of those that came after later ones, "" if none did.
	first string
}

func (o *namespaceOrder) add(namespace string) {
	if namespace == o.last {
		return
	}
	if o.last != "" && inventory.ListedBefore(namespace, o.last) && (o.first == "" || inventory.ListedBefore(namespace, o.first)) {
		o.first = namespace
	}
	o.last = namespace
}
