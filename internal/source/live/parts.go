package live

import (
	"context"
	"slices"
	"sync"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"

	"golang.org/x/sync/errgroup"
)

// parts are the lists of a resource in each of some namespaces.
type parts struct {
	resource   inventory.Resource
	namespaces []string

	mu sync.Mutex
	// reads contains the results, in the order of the namespaces: nil where the resource was
	// not asked for.
	reads []*inventory.Read
}

// listEach lists a resource in each namespace, in some at once: most of the time goes into
// decoding. A budget ends the lists in their order.
func (l *Source) listEach(ctx context.Context, d kinds.Kind, namespaces []string, facts *collect.Facts) (inventory.Read, error) {
	p := &parts{resource: d.Resource, namespaces: namespaces, reads: make([]*inventory.Read, len(namespaces))}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxLists)
	if l.budget(d.Resource) != (Budget{}) {
		group.SetLimit(1)
	}
	for i, namespace := range namespaces {
		group.Go(func() error {
			if p.ended() {
				return nil
			}
			read, err := l.list(ctx, d, namespace, facts)
			p.set(i, &read)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return inventory.Read{Resource: d.Resource}, err
	}
	return p.together(), nil
}

func (p *parts) set(i int, read *inventory.Read) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads[i] = read
}

func (p *parts) ended() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end() >= 0
}

// end returns the namespace in which reading ended, -1 if it did not. A namespace may be
// forbidden, but any other failure would only repeat.
func (p *parts) end() int {
	return slices.IndexFunc(p.reads, func(read *inventory.Read) bool {
		return read != nil && read.State != inventory.Complete && read.Reason != forbidden && read.Reason != inconsistent
	})
}

// together combines the lists when all have ended.
func (p *parts) together() inventory.Read {
	whole := inventory.Read{Resource: p.resource, State: inventory.Complete, Namespaces: len(p.namespaces)}
	end := p.end()
	for i, read := range p.reads {
		if read == nil {
			whole.Gaps = append(whole.Gaps, inventory.Gap{
				Namespace: p.namespaces[i], Reason: p.reads[end].Reason, Detail: "not asked for: reading ended in namespace " + p.namespaces[end],
			})
			continue
		}
		whole.Items += read.Items
		if read.State != inventory.Complete {
			whole.Gaps = append(whole.Gaps, inventory.Gap{Namespace: p.namespaces[i], Reason: read.Reason, Detail: read.Detail, Partial: read.Items > 0})
		}
	}
	nothing := whole.Items == 0 && len(whole.Gaps) == len(p.namespaces)
	switch {
	case len(whole.Gaps) == 0:
		return whole
	case end >= 0 && nothing:
		// One failure says as much as all of them.
		failed := *p.reads[end]
		failed.Detail = "namespace " + p.namespaces[end] + ": " + failed.Detail
		return failed
	case end >= 0:
		whole.Reason = p.reads[end].Reason
	default:
		whole.Reason = whole.Gaps[len(whole.Gaps)-1].Reason
	}
	whole.State = inventory.Partial
	if nothing {
		whole.State = inventory.Unreadable
	}
	return whole
}
