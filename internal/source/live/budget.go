package live

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Budget limits one list, which then ends with what was read until then. The
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

// spent reports whether that many objects use up the budget.
func (b Budget) spent(objects int) bool { return b.Objects > 0 && objects >= b.Objects }

// allowance contains the time that is left, in nanoseconds.
type allowance struct{ left atomic.Int64 }

// allowanceKey is the context's key of the allowance of its requests.
type allowanceKey struct{}

// allow limits the time of the requests with a context, all together.
func (b Budget) allow(ctx context.Context) context.Context {
	if b.Time == 0 {
		return ctx
	}
	a := &allowance{}
	a.left.Store(int64(b.Time))
	return context.WithValue(ctx, allowanceKey{}, a)
}

// spend returns the context of a request, which ends when the time is used up, and a
// function that ends the request.
func spend(ctx context.Context) (context.Context, func()) {
	a, limited := ctx.Value(allowanceKey{}).(*allowance)
	if !limited {
		return ctx, func() {}
	}
	started := time.Now()
	bounded, cancel := context.WithTimeoutCause(ctx, time.Duration(a.left.Load()), errOverBudget)
	return bounded, func() {
		cancel()
		a.left.Add(-int64(time.Since(started)))
	}
}
