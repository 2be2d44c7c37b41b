package live

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"

	"golang.org/x/sync/errgroup"
)

// listEach lists a resource in each namespace, in several at once: most of the time goes
// into decoding. A budget is spent in the order of the namespaces.
func (l *Source) listEach(ctx context.Context, d kinds.Kind, namespaces []string, facts *collect.Facts) (inventory.Read, error) {
	atOnce := maxLists
	if allowanceOf(ctx).budget != (Budget{}) {
		atOnce = 1
	}
	reads := make([]*inventory.Read, len(namespaces))
	var ended atomic.Bool
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, namespace := range namespaces {
		group.Go(func() error {
			if ended.Load() {
				return nil
			}
			read, err := l.list(ctx, d, namespace, facts)
			reads[i] = &read
			if ends(&read) {
				ended.Store(true)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return inventory.Read{Resource: d.Resource}, err
	}
	return together(d.Resource, namespaces, reads), nil
}

// ends reports whether a failure ends the lists that have not begun. A namespace may be
// forbidden, but anything else would only repeat.
func ends(read *inventory.Read) bool {
	return read != nil && read.State != inventory.Complete && read.Reason != forbidden && read.Reason != inconsistent
}

// together combines the lists of a resource in some namespaces, nil where it was not asked
// for.
func together(r inventory.Resource, namespaces []string, reads []*inventory.Read) inventory.Read {
	whole := inventory.Read{Resource: r, State: inventory.Complete, Namespaces: len(namespaces)}
	end := slices.IndexFunc(reads, ends)
	for i, read := range reads {
		if read == nil {
			whole.Gaps = append(whole.Gaps, inventory.Gap{
				Namespace: namespaces[i], Reason: reads[end].Reason, Detail: "not asked for: reading ended in namespace " + namespaces[end],
			})
			continue
		}
		whole.Items += read.Items
		if read.State != inventory.Complete {
			whole.Gaps = append(whole.Gaps, inventory.Gap{Namespace: namespaces[i], Reason: read.Reason, Detail: read.Detail, Partial: read.Items > 0})
		}
	}
	nothing := whole.Items == 0 && len(whole.Gaps) == len(namespaces)
	switch {
	case len(whole.Gaps) == 0:
		return whole
	case end >= 0 && nothing:
		// One failure says as much as all of them.
		failed := *reads[end]
		failed.Detail = "namespace " + namespaces[end] + ": " + failed.Detail
		return failed
	case end >= 0:
		whole.Reason = reads[end].Reason
	default:
		whole.Reason = whole.Gaps[len(whole.Gaps)-1].Reason
	}
	whole.State = inventory.Partial
	if nothing {
		whole.State = inventory.Unreadable
	}
	return whole
}
