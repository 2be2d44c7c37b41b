package live

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// steppedLists are lists in step, which a test moves.
type steppedLists struct {
	*lockstep
	passed []string
	reads  []inventory.Read
}

func stepped(resources ...inventory.Resource) *steppedLists {
	l := &steppedLists{}
	l.lockstep = newLockstep(resources, func(before string, reads []inventory.Read) {
		l.passed, l.reads = append(l.passed, before), reads
	})
	return l
}

// move lets a list read a page that ends in a namespace, and reports whether it may go on.
func (l *steppedLists) move(ctx context.Context, r inventory.Resource, to string) *atomic.Bool {
	moved := &atomic.Bool{}
	go func() {
		l.reach(ctx, inventory.Read{Resource: r, State: inventory.Complete}, &namespaceOrder{last: to})
		moved.Store(true)
	}()
	synctest.Wait()
	return moved
}

func (l *steppedLists) end(r inventory.Resource, state inventory.State) {
	l.change(func() { l.of(r).ended, l.of(r).read.State = true, state })
	l.pass()
	synctest.Wait()
}

// goOn requires which lists may go on.
func goOn(t *testing.T, when string, want []bool, lists ...*atomic.Bool) {
	t.Helper()
	var got []bool
	for _, l := range lists {
		got = append(got, l.Load())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

// "a-b" comes before "a", as in the keys of an API server.
func TestListsWaitForThoseBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := stepped(inventory.Deployments, inventory.Services, inventory.Pods)
		deployments := l.move(t.Context(), inventory.Deployments, "b")
		services := l.move(t.Context(), inventory.Services, "a-b")
		goOn(t, "before pods have begun", []bool{false, false}, deployments, services)
		pods := l.move(t.Context(), inventory.Pods, "a")
		goOn(t, "with Services behind", []bool{false, true, false}, deployments, services, pods)
		more := l.move(t.Context(), inventory.Services, "c")
		goOn(t, "with pods behind", []bool{false, false, true}, deployments, more, pods)
		l.end(inventory.Pods, inventory.Partial)
		goOn(t, "without pods", []bool{true, false}, deployments, more)
		if l.reads[2].State != inventory.Partial || l.reads[1].State != inventory.Complete {
			t.Errorf("read: %v", l.reads)
		}
		l.end(inventory.Deployments, inventory.Complete)
		goOn(t, "alone", []bool{true}, more)
		l.end(inventory.Services, inventory.Complete)
		if diff := cmp.Diff([]string{"a-b", "a", "b", "c"}, l.passed); diff != "" {
			t.Errorf("complete (-want +got):\n%s", diff)
		}
	})
}

// A list that is in another order, or is read namespace by namespace, keeps nobody waiting.
// Nothing is complete before it has ended.
func TestNobodyWaitsForAListThatIsApart(t *testing.T) {
	for name, setApart := range map[string]func(*testing.T, *steppedLists){
		"namespace by namespace": func(_ *testing.T, l *steppedLists) { l.setApart(inventory.Pods) },
		"another order": func(t *testing.T, l *steppedLists) {
			if !l.reach(t.Context(), inventory.Read{Resource: inventory.Pods}, &namespaceOrder{last: "z", first: "a"}) {
				t.Error("nothing was complete before")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := stepped(inventory.Deployments, inventory.Pods)
				setApart(t, l)
				goOn(t, "at once", []bool{true}, l.move(t.Context(), inventory.Deployments, "b"))
				if len(l.passed) > 0 {
					t.Errorf("%s is complete", l.passed)
				}
				l.end(inventory.Pods, inventory.Complete)
				if !slices.Equal(l.passed, []string{"b"}) {
					t.Errorf("%s is complete", l.passed)
				}
			})
		})
	}
}

// A list that hangs costs its own time only. Nothing after it is complete.
func TestListsLoseTheirPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := stepped(inventory.Deployments, inventory.Pods)
		pods := l.move(t.Context(), inventory.Pods, "b")
		goOn(t, "pods are behind nobody but a list that has not begun", []bool{false}, pods)
		time.Sleep(hanging - time.Second)
		synctest.Wait()
		goOn(t, "the other one may still begin", []bool{false}, pods)
		time.Sleep(time.Second)
		synctest.Wait()
		goOn(t, "it hangs", []bool{true}, pods)
		deployments := l.move(t.Context(), inventory.Deployments, "a")
		pods = l.move(t.Context(), inventory.Pods, "c")
		goOn(t, "it has read a page", []bool{true, false}, deployments, pods)
		if diff := cmp.Diff([]string{"a"}, l.passed); diff != "" {
			t.Errorf("complete namespaces (-want +got):\n%s", diff)
		}
		l.end(inventory.Deployments, inventory.Complete)
		goOn(t, "it has ended", []bool{true}, pods)
	})
}

// What matters in all namespaces is read before the first is complete.
func TestNothingIsCompleteWithoutWhatMattersEverywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := stepped(inventory.Nodes, inventory.Pods)
		goOn(t, "at once", []bool{true}, l.move(t.Context(), inventory.Pods, "b"))
		if len(l.passed) > 0 {
			t.Errorf("%s is complete", l.passed)
		}
		l.end(inventory.Nodes, inventory.Complete)
		if !slices.Equal(l.passed, []string{"b"}) {
			t.Errorf("%s is complete", l.passed)
		}
	})
}

func TestAListGoesBackToACompleteNamespace(t *testing.T) {
	l := stepped(inventory.Pods)
	for _, page := range []struct {
		namespaceOrder
		inTime bool
	}{
		{namespaceOrder{last: "m"}, true},
		{namespaceOrder{last: "p"}, true},
		// More of the last one may come.
		{namespaceOrder{last: "z", first: "p"}, true},
		{namespaceOrder{last: "z", first: "m"}, false},
	} {
		if got := l.reach(t.Context(), inventory.Read{Resource: inventory.Pods}, &page.namespaceOrder); got != page.inTime {
			t.Errorf("%+v: in time is %v", page, got)
		}
	}
}

func TestTheOrderOfNamespaces(t *testing.T) {
	for _, test := range []struct {
		namespaces []string
		first      string
	}{
		{[]string{"a-b", "a-b", "a", "a0", "b"}, ""},
		{[]string{"", ""}, ""},
		{[]string{"a", "a-b"}, "a-b"},
		{[]string{"c", "b", "d", "a", "e"}, "a"},
		{[]string{"c", "a", "b"}, "a"},
	} {
		var o namespaceOrder
		for _, namespace := range test.namespaces {
			o.add(namespace)
		}
		if o.first != test.first || o.last != test.namespaces[len(test.namespaces)-1] {
			t.Errorf("%s: %+v", test.namespaces, o)
		}
	}
}

func TestTheEndOfTimeEndsWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		l := stepped(inventory.Deployments, inventory.Pods)
		deployments := l.move(ctx, inventory.Deployments, "b")
		goOn(t, "before", []bool{false}, deployments)
		cancel()
		synctest.Wait()
		goOn(t, "after", []bool{true}, deployments)
	})
}

// beginAll runs lists that wait for a test at their beginning, and notes which have begun.
func (l *steppedLists) beginAll(t *testing.T, begun *[]inventory.Resource, fail inventory.Resource) (next map[inventory.Resource]chan struct{}, result chan error) {
	next, result = map[inventory.Resource]chan struct{}{}, make(chan error, 1)
	for _, one := range l.steps {
		next[one.resource] = make(chan struct{})
	}
	go func() {
		_, err := l.run(t.Context(), func(ctx context.Context, r inventory.Resource) (inventory.Read, error) {
			l.change(func() { *begun = append(*begun, r) })
			read := inventory.Read{Resource: r, State: inventory.Complete}
			select {
			case <-next[r]:
			case <-ctx.Done():
				return read, ctx.Err()
			}
			if r == fail {
				return read, errStalled
			}
			if !r.AcrossNamespaces() {
				l.reach(ctx, read, &namespaceOrder{last: "z"})
			}
			return read, ctx.Err()
		})
		result <- err
	}()
	synctest.Wait()
	return next, result
}

// At most three lists are at their beginning, and events come when no other one is.
func TestListsBeginInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := stepped(inventory.Nodes, inventory.Deployments, inventory.ReplicaSets, inventory.StatefulSets, inventory.Pods, inventory.Events)
		var begun []inventory.Resource
		next, result := l.beginAll(t, &begun, "")
		all := []inventory.Resource{inventory.Nodes, inventory.Deployments, inventory.ReplicaSets, inventory.StatefulSets, inventory.Pods, inventory.Events}
		for _, step := range []struct {
			of    inventory.Resource
			begun int
		}{{"", 3}, {inventory.Deployments, 4}, {inventory.Nodes, 5}, {inventory.Pods, 5}, {inventory.StatefulSets, 5}, {inventory.ReplicaSets, 6}} {
			if step.of != "" {
				close(next[step.of])
				synctest.Wait()
			}
			// The order in which three begin at once is not known.
			got := inventory.Ordered(begun)
			if !slices.Equal(got, all[:step.begun]) || len(got) != len(begun) {
				t.Errorf("after %q: %s have begun, want %s", step.of, begun, all[:step.begun])
			}
		}
		close(next[inventory.Events])
		if err := <-result; err != nil {
			t.Error(err)
		}
	})
}

// Lists that are not in step make room for others as well once they have read a page, and
// wait for none.
func TestListsBeginOutOfStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resources := []inventory.Resource{inventory.Nodes, inventory.Deployments, inventory.Pods, inventory.Events}
		l := newLockstep(resources, nil)
		began, read, end := make(chan inventory.Resource, len(resources)), make(chan struct{}), make(chan struct{})
		result := make(chan error)
		go func() {
			_, err := l.run(t.Context(), func(ctx context.Context, r inventory.Resource) (inventory.Read, error) {
				began <- r
				<-read
				if l.begun(r); r == inventory.Pods {
					l.reach(ctx, inventory.Read{Resource: r}, &namespaceOrder{last: "shop"})
				}
				<-end
				return inventory.Read{Resource: r}, nil
			})
			result <- err
		}()
		synctest.Wait()
		if n := len(began); n != 3 {
			t.Errorf("%d lists have begun", n)
		}
		close(read)
		synctest.Wait()
		if n := len(began); n != 4 {
			t.Errorf("%d lists have begun after a page of each, and none has ended", n)
		}
		close(end)
		if err := <-result; err != nil {
			t.Error(err)
		}
	})
}

// An error ends the lists that run, those that wait, and those that have not begun.
func TestAnErrorEndsAllLists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := stepped(inventory.Deployments, inventory.Services, inventory.PodDisruptionBudgets, inventory.LimitRanges, inventory.Pods, inventory.Events)
		var begun []inventory.Resource
		next, result := l.beginAll(t, &begun, inventory.Services)
		close(next[inventory.Deployments])
		synctest.Wait()
		close(next[inventory.Services])
		if err := <-result; !errors.Is(err, errStalled) {
			t.Errorf("the error is %v", err)
		}
	})
}

// A portion is told what a list misses that still runs.
func TestAPortionKnowsWhatAListMisses(t *testing.T) {
	l := stepped(inventory.Pods)
	l.reach(t.Context(), inventory.Read{Resource: inventory.Pods, State: inventory.Partial, Reason: inconsistent}, &namespaceOrder{last: "b"})
	if len(l.reads) != 1 || l.reads[0].State != inventory.Partial {
		t.Errorf("read: %v", l.reads)
	}
}
