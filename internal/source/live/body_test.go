package live

import (
	"bytes"
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
	transport := bodyReader{roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: code, Body: io.NopCloser(answer)}, nil
	})}
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
