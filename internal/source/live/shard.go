package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"

	"golang.org/x/sync/errgroup"
)

// divide places the large namespaces of a cluster, and returns those of the shard.
func (l *Source) divide(ctx context.Context, shard inventory.Shard) (*inventory.Shard, []string, error) {
	names, err := l.namespaceNames(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("shards divide the namespaces, which could not be listed: %w", err)
	}
	pods, err := l.countPods(ctx, names)
	if err != nil {
		return nil, nil, err
	}
	shard.Placed = inventory.Place(pods, shard.Of)
	return &shard, slices.DeleteFunc(names, func(name string) bool { return !shard.Owns(name) }), nil
}

// countPods counts the pods of each namespace. Where that is forbidden there are
// none: it is so for all shards.
func (l *Source) countPods(ctx context.Context, namespaces []string) (map[string]int, error) {
	var mu sync.Mutex
	pods := map[string]int{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxLists)
	for _, namespace := range namespaces {
		group.Go(func() error {
			n, err := l.count(ctx, kinds.Of(inventory.Pods), namespace)
			if err != nil && !errors.Is(err, errUncounted) {
				return ignoreForbidden(err)
			}
			mu.Lock()
			defer mu.Unlock()
			pods[namespace] = n
			return nil
		})
	}
	return pods, group.Wait()
}

// errUncounted means that a server does not say how many objects there are.
var errUncounted = errors.New("the server does not count")

// count asks for one object: the server says how many more there are. It does not if it has
// to select some, so Events of all types are counted.
func (l *Source) count(ctx context.Context, d kinds.Kind, namespace string) (int, error) {
	b := &body{}
	d.MetadataOnly = true
	req := l.client.Get().AbsPath(d.Path(namespace)).SetHeader("Accept", metadataListAccept).Param("limit", "1")
	if err := l.send(ctx, req, b); err != nil {
		return 0, err
	}
	list, err := listMetaOf(b)
	if err != nil {
		return 0, decodeError{err}
	}
	n := 0
	if err := decode(d, b, whole(d), func(runtime.Object) error { n++; return nil }); err != nil {
		return 0, err
	}
	switch {
	case list.RemainingItemCount != nil:
		return n + int(*list.RemainingItemCount), nil
	case list.Continue != "":
		return 0, errUncounted
	}
	return n, nil
}

// listOwn lists a resource in the namespaces of a shard: in all namespaces at once if there
// is no more than a page, because a request for each would take longer.
func (l *Source) listOwn(ctx context.Context, d kinds.Kind, own []string, facts *collect.Facts) (inventory.Read, error) {
	if len(own) == 0 {
		return inventory.Read{Resource: d.Resource, State: inventory.Complete}, nil
	}
	n, uncounted := l.count(ctx, d, "")
	if uncounted == nil && n <= cmp.Or(int(l.ChunkSize), DefaultChunkSize) {
		return l.listAtOnce(ctx, d, n, own, facts)
	}
	read, err := l.listEach(ctx, d, own, facts)
	if err == nil && read.State == inventory.Unreadable && read.Reason == forbidden && apierrors.IsForbidden(uncounted) {
		// The whole would say why it is forbidden in all namespaces at once.
		return l.failed(ctx, read, uncounted)
	}
	return read, err
}

// listAtOnce lists a resource in all namespaces, if there is any of it, and keeps what is in
// those of the shard. It leaves out a namespace that has been created since they were
// divided: other lists do not have it.
func (l *Source) listAtOnce(ctx context.Context, d kinds.Kind, n int, own []string, facts *collect.Facts) (read inventory.Read, err error) {
	read = inventory.Read{Resource: d.Resource, State: inventory.Complete}
	if n > 0 {
		only := map[string]bool{}
		for _, namespace := range own {
			only[namespace] = true
		}
		read, err = l.listOnly(ctx, only, d, "", facts)
	}
	// Some of what remains is not the shard's.
	read.Remaining = 0
	if read.State == inventory.Complete {
		read.Namespaces = len(own)
	}
	return read, err
}

// readBackends also reads what is behind the Services of other namespaces to which
// the routes of a shard lead.
func (l *Source) readBackends(ctx context.Context, req inventory.Request, facts *collect.Facts, reads []inventory.Read) error {
	behind := append([]inventory.Resource{inventory.Services, inventory.Pods}, inventory.Controllers...)
	for _, namespace := range facts.ForeignBackends(req.Scope.Shard) {
		for i := range reads {
			if !slices.Contains(behind, reads[i].Resource) {
				continue
			}
			foreign, err := l.list(ctx, kinds.Of(reads[i].Resource), namespace, facts)
			if err != nil {
				return err
			}
			// Where nothing was read, or it is not known in which namespaces, no gap makes it worse.
			known := reads[i].State == inventory.Complete || reads[i].State == inventory.Partial && len(reads[i].Gaps) > 0
			if known && foreign.State != inventory.Complete {
				reads[i].State, reads[i].Reason = inventory.Partial, foreign.Reason
				reads[i].Namespaces++
				reads[i].Gaps = append(reads[i].Gaps, inventory.Gap{Namespace: namespace, Reason: foreign.Reason, Detail: foreign.Detail})
			}
		}
	}
	return nil
}
