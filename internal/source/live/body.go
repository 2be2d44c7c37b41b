package live

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
)

// body is a page as it was sent, mostly compressed: it is expanded while it is
// decoded, and takes a tenth of the memory. The page after the next reuses it.
type body struct {
	bytes   []byte
	gzipped bool
	gunzip  gzip.Reader
	content bufio.Reader
}

// open returns a reader of what the page says.
func (b *body) open() (*bufio.Reader, error) {
	b.content.Reset(bytes.NewReader(b.bytes))
	if !b.gzipped {
		return &b.content, nil
	}
	if err := b.gunzip.Reset(bytes.NewReader(b.bytes)); err != nil {
		return nil, err
	}
	b.content.Reset(&b.gunzip)
	return &b.content, nil
}

// size returns how long the content is.
func (b *body) size() int64 {
	if !b.gzipped || len(b.bytes) < gzipTrailer {
		return int64(len(b.bytes))
	}
	// Gzip ends with it.
	return int64(binary.LittleEndian.Uint32(b.bytes[len(b.bytes)-4:]))
}

const gzipTrailer = 8

// isProtobuf reports whether the page is in protobuf.
func (b *body) isProtobuf() (bool, error) {
	content, err := b.open()
	if err != nil {
		return false, err
	}
	start, err := content.Peek(len(protobufMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return bytes.Equal(start, protobufMagic), nil
}

// all returns the whole content.
func (b *body) all() ([]byte, error) {
	if !b.gzipped {
		return b.bytes, nil
	}
	content, err := b.open()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(content)
}

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
// would expand it, allocate new memory for each page, and again whenever a page grows.
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
		if errors.Is(err, io.EOF) {
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
type bodyReader struct {
	next http.RoundTripper
	// plain is set if the user does not want responses to be compressed.
	plain bool
}

func (t bodyReader) RoundTrip(req *http.Request) (*http.Response, error) {
	b, wanted := req.Context().Value(bodyKey{}).(*body)
	if !wanted {
		return t.next.RoundTrip(req)
	}
	if !t.plain {
		req = req.Clone(req.Context())
		req.Header.Set("Accept-Encoding", "gzip")
	}
	b.bytes = b.bytes[:0]
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	b.gzipped = resp.Header.Get("Content-Encoding") == "gzip"
	if resp.StatusCode != http.StatusOK {
		if b.gzipped {
			err = expand(resp)
		}
		return resp, err
	}
	resp.Body = readBody{resp.Body, b.fill(resp.Body)}
	return resp, nil
}

// expand makes the client see a response that is not compressed.
func expand(resp *http.Response) error {
	plain, err := gzip.NewReader(resp.Body)
	if err != nil {
		return errors.Join(err, resp.Body.Close())
	}
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength = -1
	resp.Body = struct {
		io.Reader
		io.Closer
	}{plain, resp.Body}
	return nil
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
