package live

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Budget limits the lists of a resource, which then end with what was read until then. The
// zero value is no limit.
type Budget struct {
	Objects int
	// Time is the time that requests may take.
	Time time.Duration
}

// DefaultEventBudget is enough for all Warnings of most clusters. The number of
// events says little about the size of a cluster, and no API server keeps them
// in memory: each page is read from etcd, where as many other events may lie in
// between.
var DefaultEventBudget = Budget{Objects: 20_000, Time: 10 * time.Second}

var errOverBudget = errors.New("the budget for events is used up")

// budget limits the list of a resource.
func (l *Source) budget(r inventory.Resource) Budget {
	if r == inventory.Events {
		return l.EventBudget
	}
	return Budget{}
}

// allowance limits what the lists of a resource take, in all namespaces together.
type allowance struct {
	budget Budget
	// left is the time that is left for requests, in nanoseconds.
	left atomic.Int64
	// read is the number of objects that were read.
	read atomic.Int64
}

func (b Budget) allowance() *allowance {
	a := &allowance{budget: b}
	a.left.Store(int64(b.Time))
	return a
}

// allowanceKey is the context's key of the allowance of its requests.
type allowanceKey struct{}

// limit returns a context for requests that share the allowance.
func (a *allowance) limit(ctx context.Context) context.Context {
	return context.WithValue(ctx, allowanceKey{}, a)
}

// allowanceOf returns the allowance of a context, or one without limits.
func allowanceOf(ctx context.Context) *allowance {
	if a, limited := ctx.Value(allowanceKey{}).(*allowance); limited {
		return a
	}
	return Budget{}.allowance()
}

// add counts objects, and returns how many were read.
func (a *allowance) add(objects int) int { return int(a.read.Add(int64(objects))) }

// usedUp reports whether no more objects should be read.
func (a *allowance) usedUp() bool {
	return a.budget.Objects > 0 && a.read.Load() >= int64(a.budget.Objects)
}

// spend returns the context of a request, which ends when the time is used up, and a
// function that ends the request.
func (a *allowance) spend(ctx context.Context) (context.Context, func()) {
	if a.budget.Time == 0 {
		return ctx, func() {}
	}
	started := time.Now()
	bounded, cancel := context.WithTimeoutCause(ctx, time.Duration(a.left.Load()), errOverBudget)
	return bounded, func() {
		cancel()
		a.left.Add(-int64(time.Since(started)))
	}
}
