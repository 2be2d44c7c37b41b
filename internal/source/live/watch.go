package live

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
)

const (
	// watchPeriod limits one watch. The next one continues where it ended, so a
	// connection that is dead without an error only costs time.
	watchPeriod = time.Minute
	// eventWatchPeriod is longer, because watches of events have no bookmarks: in a
	// quiet cluster, the next watch would begin at an expired version.
	eventWatchPeriod = 10 * time.Minute
	// watchGrace limits the delay with which the server ends a watch.
	watchGrace = 5 * time.Second
	// longestFrame limits one change. An object in etcd has at most 1.5 MiB.
	longestFrame = 16 << 20
)

// position says where a list ended, so that its changes can be watched from there.
type position struct {
	kind      kinds.Kind
	namespace string
	version   string
	// at is the time of the list.
	at time.Time
}

// change is the change of one object.
type change struct {
	obj     runtime.Object
	deleted bool
	// again is set if the object comes from a list that was read again.
	again bool
}

var errStalled = errors.New("the server did not end a watch when it was asked to")

// watch passes on the changes since a position until the server ends it after a
// period. It advances the position. It calls alive whenever the server sends
// anything.
func (l *Source) watch(ctx context.Context, p *position, period time.Duration, alive func(), visit func(change)) error {
	seconds := int64((period + time.Second - 1) / time.Second)
	bounded, cancel := context.WithTimeoutCause(ctx, time.Duration(seconds)*time.Second+watchGrace, errStalled)
	defer cancel()
	stream, err := l.openWatch(bounded, p, seconds)
	if err == nil {
		defer stream.Close()
		alive()
		err = eachChange(stream, p, alive, visit)
	}
	if err != nil && errors.Is(context.Cause(bounded), errStalled) && ctx.Err() == nil {
		return errStalled
	}
	return err
}

func (l *Source) openWatch(ctx context.Context, p *position, seconds int64) (io.ReadCloser, error) {
	accept := objectAccept
	switch {
	case p.kind.Served != nil:
		accept = "application/json"
	case p.kind.MetadataOnly:
		accept = metadataAccept
	}
	req := l.watching.Get().AbsPath(p.kind.Path(p.namespace)).SetHeader("Accept", accept).
		Param("watch", "true").Param("allowWatchBookmarks", "true").
		Param("resourceVersion", p.version).Param("timeoutSeconds", strconv.FormatInt(seconds, 10))
	if p.kind.FieldSelector != "" {
		req.Param("fieldSelector", p.kind.FieldSelector)
	}
	return req.Stream(ctx)
}

// eachChange visits the changes of a stream until it ends.
func eachChange(stream io.Reader, p *position, alive func(), visit func(change)) error {
	next, err := framesOf(stream)
	for err == nil {
		var event metav1.WatchEvent
		if event, err = next(); err != nil {
			break
		}
		alive()
		if watch.EventType(event.Type) == watch.Error {
			return statusOf(event.Object.Raw)
		}
		obj, err := decodeOne(p.kind, event.Object.Raw)
		if err != nil {
			return decodeError{err}
		}
		m, err := meta.Accessor(obj)
		if err != nil {
			return decodeError{err}
		}
		p.version = m.GetResourceVersion()
		if watch.EventType(event.Type) == watch.Bookmark {
			continue
		}
		obj.GetObjectKind().SetGroupVersionKind(p.kind.GVK())
		collect.Trim(obj)
		visit(change{obj: obj, deleted: watch.EventType(event.Type) == watch.Deleted})
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// framesOf reads the events of a stream, in protobuf or JSON. A stream may only
// end between two of them.
func framesOf(stream io.Reader) (next func() (metav1.WatchEvent, error), err error) {
	in := bufio.NewReader(stream)
	first, err := in.Peek(1)
	if err != nil {
		return nil, err
	}
	if first[0] == '{' {
		decoder := json.NewDecoder(in)
		return func() (event metav1.WatchEvent, err error) {
			err = decoder.Decode(&event)
			return event, err
		}, nil
	}
	return func() (event metav1.WatchEvent, err error) {
		var length [4]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			return event, err
		}
		size := binary.BigEndian.Uint32(length[:])
		if size > longestFrame {
			return event, decodeError{fmt.Errorf("a change is too large: %d bytes", size)}
		}
		frame := make([]byte, size)
		if _, err := io.ReadFull(in, frame); err != nil {
			return event, errTruncated
		}
		return event, event.Unmarshal(frame)
	}, nil
}

// decodeOne decodes the object of a change as decode does for the objects of a
// page.
func decodeOne(d kinds.Kind, raw []byte) (runtime.Object, error) {
	if bytes.HasPrefix(raw, protobufMagic) {
		item, err := unwrap(raw)
		if err != nil {
			return nil, err
		}
		return whole(d)(item)
	}
	if d.Served != nil {
		upgraded, err := d.Upgrade(d.Served, raw)
		if err != nil {
			return nil, err
		}
		raw = upgraded
	}
	gvk := d.GVK()
	obj, _, err := kinds.Codecs.UniversalDeserializer().Decode(raw, &gvk, nil)
	return obj, err
}

// statusOf returns the error with which a stream ends.
func statusOf(raw []byte) error {
	var status metav1.Status
	var err error
	if bytes.HasPrefix(raw, protobufMagic) {
		var encoded []byte
		if encoded, err = unwrap(raw); err == nil {
			err = status.Unmarshal(encoded)
		}
	} else {
		err = json.Unmarshal(raw, &status)
	}
	if err != nil {
		return decodeError{err}
	}
	return &apierrors.StatusError{ErrStatus: status}
}
