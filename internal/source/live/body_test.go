package live

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// exchange sends a request for a body, and returns what is left for the client.
func exchange(t *testing.T, b *body, code int, answer io.Reader) ([]byte, error) {
	t.Helper()
	return exchangeThrough(t, bodyReader{next: roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: code, Body: io.NopCloser(answer)}, nil
	})}, b)
}

func exchangeThrough(t *testing.T, transport bodyReader, b *body) ([]byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(readInto(t.Context(), b), http.MethodGet, "https://server", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func TestBodyReader(t *testing.T) {
	var b body
	large, small := bytes.Repeat([]byte("large"), 10_000), []byte("small")
	if left, err := exchange(t, &b, http.StatusOK, bytes.NewReader(large)); !bytes.Equal(b.bytes, large) || len(left) > 0 || err != nil {
		t.Errorf("%d of %d bytes read, %d left for the client, error %v", len(b.bytes), len(large), len(left), err)
	}
	memory := &b.bytes[0]
	if _, err := exchange(t, &b, http.StatusOK, iotest.OneByteReader(bytes.NewReader(small))); !bytes.Equal(b.bytes, small) || err != nil {
		t.Errorf("%q and error %v, want %q", b.bytes, err, small)
	}
	if memory != &b.bytes[0] {
		t.Error("the second page is in memory of its own")
	}
	// The client itself reads a response that is not a page, and nothing of the
	// last page is left.
	if left, err := exchange(t, &b, http.StatusForbidden, strings.NewReader("no")); string(left) != "no" || err != nil || len(b.bytes) > 0 {
		t.Errorf("%q and error %v for the client, %q in the body", left, err, b.bytes)
	}
	lost := errors.New("connection reset by peer")
	cut := io.MultiReader(bytes.NewReader(small), iotest.ErrReader(lost))
	if _, err := exchange(t, &b, http.StatusOK, cut); !errors.Is(err, lost) {
		t.Errorf("the client sees %v, want %v", err, lost)
	}
}

// A page stays compressed. Whatever else the server compresses is expanded.
func TestCompressedBody(t *testing.T) {
	content := bytes.Repeat([]byte("page"), 10_000)
	var compressed bytes.Buffer
	compressor := gzip.NewWriter(&compressed)
	if _, err := compressor.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := compressor.Close(); err != nil {
		t.Fatal(err)
	}
	code := http.StatusOK
	server := roundTripper(func(req *http.Request) (*http.Response, error) {
		resp := &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(content))}
		if req.Header.Get("Accept-Encoding") == "gzip" {
			resp.Header.Set("Content-Encoding", "gzip")
			resp.Body = io.NopCloser(bytes.NewReader(compressed.Bytes()))
		}
		return resp, nil
	})
	var b body
	for _, test := range []struct {
		plain bool
		want  int
	}{{false, compressed.Len()}, {true, len(content)}, {false, compressed.Len()}} {
		if left, err := exchangeThrough(t, bodyReader{next: server, plain: test.plain}, &b); len(left) > 0 || err != nil {
			t.Errorf("plain %t: %d bytes left for the client, error %v", test.plain, len(left), err)
		}
		if got, err := b.all(); len(b.bytes) != test.want || !bytes.Equal(got, content) || err != nil {
			t.Errorf("plain %t: %d bytes kept, want %d; %d bytes of content, error %v", test.plain, len(b.bytes), test.want, len(got), err)
		}
	}
	code = http.StatusForbidden
	if left, err := exchangeThrough(t, bodyReader{next: server}, &b); !bytes.Equal(left, content) || err != nil {
		t.Errorf("the client sees %d bytes of an error, want %d, error %v", len(left), len(content), err)
	}
}
