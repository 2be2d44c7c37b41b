package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
)

const (
	bufferSize = 64 << 10
	// headSize limits how much of a stream may pass before it mentions Kubernetes.
	headSize = 32 << 10
	// wholeSize is the size up to which a document is read whole. A larger List is
	// split while it is read.
	wholeSize = 1 << 20
)

var (
	byteOrderMark = []byte("\ufeff")
	// mention occurs at, or near, the beginning of any object.
	mention = []byte("apiVersion")
)

// errForeign means that a stream does not begin like anything from Kubernetes.
var errForeign = errors.New("not a Kubernetes object: apiVersion is not in the first 32 KiB")

// Objects yields the objects of a stream of text, with a *Problem for each
// document that is not one. Any other error ends the stream. No document may be
// larger than the limit.
func Objects(in io.Reader, limit Limit) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		newReader(in, limit, wholeSize).read(yield)
	}
}

type reader struct {
	in     *bufio.Reader
	source *source
	line   int
	limit  Limit
	// whole is wholeSize, except in tests.
	whole int
	yield func(Object, error) bool
	// documents counts the documents that were read.
	documents int
}

func newReader(in io.Reader, limit Limit, whole int) *reader {
	if limit.Exceeded(int64(whole)) {
		whole = int(limit.Size)
	}
	from := &source{rest: in}
	return &reader{in: bufio.NewReaderSize(from, bufferSize), source: from, line: 1, limit: limit, whole: whole}
}

func (r *reader) read(yield func(Object, error) bool) {
	stopped := false
	r.yield = func(o Object, err error) bool {
		stopped = stopped || !yield(o, err)
		return !stopped
	}
	for !stopped {
		inBrackets, err := r.skipToDocument()
		if err == nil && r.documents == 0 {
			err = r.foreign()
		}
		if err == nil {
			if inBrackets {
				err = r.flow(r.documentLine(), nil, 0)
			} else {
				err = r.block(r.documentLine())
			}
			r.documents++
		}
		if err == nil || stopped {
			continue
		}
		if !errors.Is(err, io.EOF) {
			yield(Object{}, err)
		}
		return
	}
}

// documentLine returns 0 for the first document, for which a line is not worth
// naming.
func (r *reader) documentLine() int {
	if r.documents == 0 {
		return 0
	}
	return r.line
}

func (r *reader) foreign() error {
	head, err := r.in.Peek(headSize)
	switch {
	case bytes.IndexByte(head, 0) >= 0:
		return errBinary
	case err == nil && !bytes.Contains(head, mention):
		return errForeign
	}
	return nil
}

// skipToDocument skips empty lines, comments and separators, and reports whether
// the next document is in brackets. It keeps the indentation, except before
// brackets, where indentation has no meaning.
func (r *reader) skipToDocument() (inBrackets bool, err error) {
	for {
		head, err := r.in.Peek(1)
		if err != nil {
			return false, err
		}
		if head[0] == '\n' {
			r.discard(1)
			continue
		}
		if mark, _ := r.in.Peek(len(byteOrderMark)); bytes.Equal(mark, byteOrderMark) {
			r.discard(len(byteOrderMark))
			continue
		}
		line, err := r.peekLine()
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		text := bytes.TrimLeft(line, " \t\r\n")
		indent := len(line) - len(text)
		switch {
		case len(text) == 0:
			r.discard(len(line))
		case text[0] == '#', line[0] == '%', isSeparator(line):
			r.skipLine()
		case (text[0] == '{' || text[0] == '[') && !bytes.HasPrefix(text, []byte("{{")):
			r.discard(indent)
			return true, nil
		default:
			return false, nil
		}
	}
}

// isSeparator reports whether a line separates two documents and contains
// nothing of the next one.
func isSeparator(line []byte) bool {
	rest, found := bytes.CutPrefix(line, []byte("---"))
	if !found {
		rest, found = bytes.CutPrefix(line, []byte("..."))
	}
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return found && (len(rest) == 0 || rest[0] == '#')
}

// atBoundary reports whether, at the start of a line, a document ends.
func (r *reader) atBoundary() bool {
	head, _ := r.in.Peek(4)
	if len(head) < 3 || string(head[:3]) != "---" && string(head[:3]) != "..." {
		return false
	}
	return len(head) == 3 || bytes.IndexByte([]byte(" \t\r\n"), head[3]) >= 0
}

// peekLine returns the next line, or the beginning of a very long one.
func (r *reader) peekLine() ([]byte, error) {
	for size := 256; ; size = min(2*size, bufferSize) {
		head, err := r.in.Peek(size)
		if i := bytes.IndexByte(head, '\n'); i >= 0 {
			return head[:i+1], nil
		}
		if err != nil || size == bufferSize {
			return head, err
		}
	}
}

// skipLine skips the rest of a line.
func (r *reader) skipLine() {
	for {
		_, err := r.in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			r.line++
			return
		}
	}
}

// discard skips bytes that were peeked at.
func (r *reader) discard(n int) {
	skipped, _ := r.in.Peek(n)
	r.line += bytes.Count(skipped, []byte{'\n'})
	_, _ = r.in.Discard(n)
}

// unread puts text back.
func (r *reader) unread(text []byte) {
	r.line -= bytes.Count(text, []byte{'\n'})
	buffered, _ := r.in.Peek(r.in.Buffered())
	r.source.pending = slices.Concat(text, buffered, r.source.pending)
	r.in.Reset(r.source)
}

func (r *reader) tooLarge() error {
	return fmt.Errorf("a document larger than %s", r.limit)
}

// source is a stream that takes back text that was read.
type source struct {
	pending []byte
	rest    io.Reader
}

func (s *source) Read(p []byte) (int, error) {
	if len(s.pending) == 0 {
		return s.rest.Read(p)
	}
	n := copy(p, s.pending)
	s.pending = s.pending[n:]
	return n, nil
}
