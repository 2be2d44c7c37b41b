package live

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
)

// body is the memory of a page, which is reused for the page after the next.
type body struct{ bytes []byte }

// bodyPair holds the pages of a list in turn. The reader is done with a page when it
// takes the next one, so two bodies are enough.
type bodyPair [2]body

// bodies keeps the memory of lists that have ended for the lists that follow.
type bodies struct {
	mu   sync.Mutex
	free []*bodyPair
}

func (b *bodies) take() *bodyPair {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := len(b.free) - 1
	if last < 0 {
		return new(bodyPair)
	}
	pair := b.free[last]
	b.free = b.free[:last]
	return pair
}

func (b *bodies) give(pair *bodyPair) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free = append(b.free, pair)
}

// release gives up all memory, once everything was read.
func (b *bodies) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free = nil
}

// bodyKey is the context's key of the body that a response is read into.
type bodyKey struct{}

// readInto requests that a successful response is read into a body. The client
// would allocate new memory for each page, and again whenever a page grows.
func readInto(ctx context.Context, b *body) context.Context {
	return context.WithValue(ctx, bodyKey{}, b)
}

// expect makes room for a little more than another body contains.
func (b *body) expect(other *body) {
	if cap(b.bytes) == 0 {
		b.bytes = make([]byte, 0, len(other.bytes)+len(other.bytes)/8)
	}
}

// smallBody is the memory that any body has.
const smallBody = 64 << 10

// fill reads everything into the body, which doubles when it is full.
func (b *body) fill(r io.Reader) error {
	b.bytes = b.bytes[:0]
	for {
		if len(b.bytes) == cap(b.bytes) {
			b.bytes = slices.Grow(b.bytes, max(len(b.bytes), smallBody))
		}
		n, err := r.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// bodyReader reads responses into bodies, below the client, whose handling of
// errors, timeouts and retries stays the same. The client sees an empty
// response, or the error that ended it.
type bodyReader struct{ next http.RoundTripper }

func (t bodyReader) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	b, wanted := req.Context().Value(bodyKey{}).(*body)
	if !wanted {
		return resp, err
	}
	b.bytes = b.bytes[:0]
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	err = b.fill(resp.Body)
	resp.Body = readBody{resp.Body, err}
	return resp, nil
}

// readBody is the body of a response that was already read. Only its end is
// left.
type readBody struct {
	io.Closer
	err error
}

func (b readBody) Read([]byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	return 0, io.EOF
}
