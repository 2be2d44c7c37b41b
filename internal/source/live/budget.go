package live

import (
	"context"
	"errors"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Budget limits one list, which then ends with what was read until then. The
// zero value is no limit.
type Budget struct {
	Objects int
	Time    time.Duration
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

// bound ends a context when the time is used up.
func (b Budget) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if b.Time == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, b.Time, errOverBudget)
}
