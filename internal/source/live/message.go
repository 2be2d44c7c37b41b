package live

import (
	"bufio"
	"errors"
	"io"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// message reads a protobuf message field by field. Every field of an envelope and of
// a list has bytes.
type message struct {
	in *bufio.Reader
	// left is the number of bytes that are left of the message.
	left int64
}

var errNoList = errors.New("no list of objects in protobuf")

// next returns the number and the size of the next field, whose bytes come next. It
// returns io.EOF at the end of the message.
func (m *message) next() (number protowire.Number, size int64, err error) {
	if m.left <= 0 {
		return 0, 0, io.EOF
	}
	tag, err := m.varint()
	if err != nil {
		return 0, 0, err
	}
	number, wireType := protowire.DecodeTag(tag)
	if number < 1 || wireType != protowire.BytesType {
		return 0, 0, errNoList
	}
	length, err := m.varint()
	if err != nil {
		return 0, 0, err
	}
	if length > uint64(max(m.left, 0)) {
		return 0, 0, errTruncated
	}
	m.left -= int64(length)
	return number, int64(length), nil
}

func (m *message) varint() (uint64, error) {
	var encoded [10]byte
	for n := range encoded {
		b, err := m.in.ReadByte()
		if err != nil {
			return 0, cut(err)
		}
		m.left--
		if encoded[n] = b; b < 0x80 {
			value, _ := protowire.ConsumeVarint(encoded[:n+1])
			return value, nil
		}
	}
	return 0, errNoList
}

// readAtOnce limits the memory for bytes that may not be there, whatever a field says.
const readAtOnce = 1 << 20

// read reads the bytes of a field into memory that it makes longer if necessary.
func (m *message) read(size int64, into []byte) ([]byte, error) {
	into = into[:0]
	for size > 0 {
		read, n := len(into), int(min(size, readAtOnce))
		into = slices.Grow(into, n)[:read+n]
		if _, err := io.ReadFull(m.in, into[read:]); err != nil {
			return nil, cut(err)
		}
		size -= int64(n)
	}
	return into, nil
}

func (m *message) skip(size int64) error {
	_, err := m.in.Discard(int(size))
	return cut(err)
}

// cut calls an end that comes too early by its name.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTruncated
	}
	return err
}

// maxAfterList limits what an envelope contains after the list: two names, empty for now.
const maxAfterList = 1 << 10

// list finds the list in the envelope, and makes sure that all of it is there.
func (b *body) list() (*message, error) {
	content, err := b.open()
	if err != nil {
		return nil, err
	}
	if err := (&message{in: content}).skip(int64(len(protobufMagic))); err != nil {
		return nil, err
	}
	envelope := &message{in: content, left: b.size() - int64(len(protobufMagic))}
	for {
		number, size, err := envelope.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, errTruncated
		case err != nil:
			return nil, err
		case number == envelopeRaw && size > 0 && envelope.left <= maxAfterList:
			return &message{in: content, left: size}, nil
		// Every list has a resourceVersion, so an empty one is incomplete. Compressed bytes
		// that are cut end with a size that is not theirs.
		case number == envelopeRaw:
			return nil, errTruncated
		}
		if err := envelope.skip(size); err != nil {
			return nil, err
		}
	}
}
