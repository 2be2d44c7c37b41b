package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Formats that a list accepts. Protobuf takes a quarter of the time of JSON.
// Resources that are not available as protobuf come as JSON.
const (
	objectAccept       = "application/vnd.kubernetes.protobuf,application/json"
	metadataAccept     = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
	metadataListAccept = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1," +
		"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
)

// list reads a resource in a namespace, or in all.
func (l *Source) list(ctx context.Context, d kinds.Kind, namespace string, facts *collect.Facts) (inventory.Read, error) {
	return l.listOnly(ctx, nil, d, namespace, facts)
}

// listOnly is list, but keeps only what is in some namespaces, unless only is nil. While it decodes a page, the next one is
// requested. It returns an error if the whole audit is pointless; all other failures are
// in the Read.
func (l *Source) listOnly(
	ctx context.Context, only map[string]bool, d kinds.Kind, namespace string, facts *collect.Facts,
) (inventory.Read, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	memory, allowed := l.bodies.take(), allowanceOf(ctx)
	read := inventory.Read{Resource: d.Resource, State: inventory.Complete}
	end := position{namespace: namespace, at: l.clock.precise()}
	if d.Custom {
		var installed bool
		if d, installed = l.discover(d); !installed {
			return read, nil
		}
	}
	thinner := newThinner(facts)
	thinner.only = only
	inStep := namespace == "" && !d.Resource.AcrossNamespaces()
	for page := range l.pages(ctx, d, namespace, memory) {
		other, absent := l.otherwise(d, page.err)
		switch {
		case absent:
			return read, nil
		case other.Served != d.Served:
			return l.listOnly(ctx, only, other, namespace, facts)
		case page.err != nil:
			return l.failed(ctx, read, page.err)
		}
		if allowed.usedUp() {
			return l.failed(ctx, read, errOverBudget)
		}
		items, err := l.collect(d, page.body, thinner)
		all := allowed.add(items)
		read.Items += items
		read.Remaining = page.remaining
		if err != nil {
			return l.failed(ctx, read, err)
		}
		if page.inconsistent {
			read.State, read.Reason = inventory.Partial, inconsistent
			read.Detail = "the list expired while it was read and went on with newer objects: some may be missing"
		}
		end.kind, end.version = d, page.version
		if l.Progress != nil {
			l.Progress(d.Resource, all, read.Remaining)
		}
		if !inStep {
			l.lists.begun(d.Resource)
			continue
		}
		if !l.lists.reach(ctx, read, &thinner.order) {
			return read, ErrOutOfOrder
		}
		thinner.forget()
	}
	// The pages also end when the context does, and then the list has failed.
	if err := ctx.Err(); err != nil {
		return l.failed(ctx, read, err)
	}
	// After a failure a page may still be on its way into it.
	l.bodies.give(memory)
	read.Remaining = 0
	if read.State == inventory.Complete {
		l.ended(end)
	}
	return read, nil
}

// inconsistent is the reason for a list whose pages are not of one moment.
const inconsistent = "inconsistent"

// page is one response. Its list metadata is decoded, the rest is not.
type page struct {
	body         *body
	remaining    int64
	version      string
	inconsistent bool
	err          error
}

// pages requests page after page and is at most one ahead of its reader.
func (l *Source) pages(ctx context.Context, d kinds.Kind, namespace string, memory *bodyPair) <-chan page {
	out := make(chan page)
	go func() {
		defer close(out)
		next, inconsistent := "", false
		b, sent := &memory[0], &memory[1]
		for {
			listMeta, err := l.fetch(ctx, d, namespace, next, b)
			if accidental(err) && pause(ctx, retryPause) {
				listMeta, err = l.fetch(ctx, d, namespace, next, b)
			}
			p := page{body: b, version: listMeta.ResourceVersion, inconsistent: inconsistent, err: err}
			if token := resumeToken(p.err); token != "" && token != next {
				next, inconsistent = token, true
				continue
			}
			if listMeta.RemainingItemCount != nil {
				p.remaining = *listMeta.RemainingItemCount
			}
			select {
			case out <- p:
			case <-ctx.Done():
				return
			}
			if p.err != nil || listMeta.Continue == "" {
				return
			}
			next, b, sent = listMeta.Continue, sent, b
			b.expect(sent)
		}
	}()
	return out
}

// fetch reads one page into a body and makes sure that it is complete: the envelope
// of protobuf says how long the list is.
func (l *Source) fetch(
	ctx context.Context, d kinds.Kind, namespace, token string, b *body,
) (metav1.ListMeta, error) {
	accept := objectAccept
	switch {
	case d.Served != nil:
		accept = "application/json"
	case d.MetadataOnly:
		accept = metadataListAccept
	}
	req := l.client.Get().AbsPath(d.Path(namespace)).SetHeader("Accept", accept)
	if l.ChunkSize > 0 {
		req.Param("limit", strconv.FormatInt(l.ChunkSize, 10))
	}
	if token != "" {
		req.Param("continue", token)
	} else if l.ChunkSize == 0 {
		req.Param("resourceVersion", "0")
	}
	if d.FieldSelector != "" {
		req.Param("fieldSelector", d.FieldSelector)
	}
	if err := l.send(ctx, req, b); err != nil {
		return metav1.ListMeta{}, err
	}
	listMeta, err := listMetaOf(b)
	if err != nil {
		return metav1.ListMeta{}, decodeError{err}
	}
	return listMeta, nil
}

// send sends a request for a page, when fewer than maxLists are on their way.
func (l *Source) send(ctx context.Context, req *rest.Request, b *body) error {
	select {
	case l.requests <- struct{}{}:
		defer func() { <-l.requests }()
	case <-ctx.Done():
		return ctx.Err()
	}
	bounded, spent := allowanceOf(ctx).spend(ctx)
	defer spent()
	err := req.Do(readInto(bounded, b)).Error()
	if err != nil && errors.Is(context.Cause(bounded), errOverBudget) {
		return errOverBudget
	}
	return err
}

// resumeToken returns a replacement for an expired continue token. The server
// offers it to continue from the same key, in newer objects.
func resumeToken(err error) string {
	var status apierrors.APIStatus
	if apierrors.IsResourceExpired(err) && errors.As(err, &status) {
		return status.Status().Continue
	}
	return ""
}

// collect decodes a page and passes on its objects, trimmed. It returns how many there were.
func (l *Source) collect(d kinds.Kind, b *body, t *thinner) (int, error) {
	decodeItem := whole(d)
	if d.Resource == inventory.Pods && l.Record == nil {
		decodeItem = t.decode
	}
	items := 0
	err := eachObject(d, b, decodeItem, func(obj runtime.Object) error {
		if object, ok := obj.(metav1.Object); ok {
			if t.only != nil && !t.only[object.GetNamespace()] {
				return nil
			}
			t.order.add(object.GetNamespace())
		}
		items++
		t.facts.Add(obj, t.unsaid)
		return l.recorded(obj)
	})
	return items, err
}

// eachObject decodes a page, and visits its objects, trimmed.
func eachObject(
	d kinds.Kind, b *body, decodeItem func([]byte) (runtime.Object, error), visit func(runtime.Object) error,
) error {
	return decode(d, b, decodeItem, func(obj runtime.Object) error {
		// Items of a list do not name their kind.
		obj.GetObjectKind().SetGroupVersionKind(d.GVK())
		collect.Trim(obj)
		return visit(obj)
	})
}

func (l *Source) recorded(obj runtime.Object) error {
	if l.Record == nil {
		return nil
	}
	l.record.Lock()
	defer l.record.Unlock()
	if err := l.Record(obj); err != nil {
		return recordError{err}
	}
	return nil
}

func (l *Source) serverVersion(ctx context.Context) (string, error) {
	body, err := l.client.Get().AbsPath("/version").Do(ctx).Raw()
	if err != nil {
		return "", err
	}
	var info version.Info
	if err := json.Unmarshal(body, &info); err != nil {
		return "", fmt.Errorf("its answer to /version is not from Kubernetes: %w", err)
	}
	return info.GitVersion, nil
}
