package manifest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

var errBinary = errors.New("binary data, not YAML or JSON")

// archives are formats that are recognized by their beginning, and are not read.
var archives = []struct {
	offset int
	magic  string
	reason string
}{
	{0, "\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first, for example with zstd -d"},
	{0, "\xfd7zXZ\x00", "compressed with xz: unpack it first, for example with xz -d"},
	{0, "BZh", "compressed with bzip2: unpack it first, for example with bzip2 -d"},
	{0, "PK\x03\x04", "a zip archive: unpack it first, and audit what is in it"},
	{0, "7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first, and audit what is in it"},
	{257, "ustar", "a tar archive: unpack it first, and audit what is in it"},
}

// Text returns the content of a file or a response as UTF-8: unpacked if it was
// packed with gzip, converted from UTF-16, and without a byte order mark. Anything
// else that is not text is an error.
func Text(in io.Reader) (io.Reader, error) {
	buffered, head, err := peek(in)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, unpackError(err)
		}
		if buffered, head, err = peek(unpacking{unpacked}); err != nil {
			return nil, err
		}
	}
	for _, a := range archives {
		if len(head) > a.offset && bytes.HasPrefix(head[a.offset:], []byte(a.magic)) {
			return nil, errors.New(a.reason)
		}
	}
	if bytes.HasPrefix(head, byteOrderMark) {
		_, err := buffered.Discard(len(byteOrderMark))
		return buffered, err
	}
	if order, found := utf16Order(head); found {
		return transform.NewReader(buffered, unicode.UTF16(order, unicode.UseBOM).NewDecoder()), nil
	}
	return buffered, nil
}

func peek(in io.Reader) (*bufio.Reader, []byte, error) {
	buffered := bufio.NewReader(in)
	head, err := buffered.Peek(512)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return buffered, head, err
}

// utf16Order recognizes UTF-16 by its mark or, without one, by the zeros in its
// first letters.
func utf16Order(head []byte) (unicode.Endianness, bool) {
	if len(head) < 4 {
		return unicode.BigEndian, false
	}
	switch {
	case head[0] == 0xff && head[1] == 0xfe, head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return unicode.LittleEndian, true
	case head[0] == 0xfe && head[1] == 0xff, head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return unicode.BigEndian, true
	}
	return unicode.BigEndian, false
}

// unpacking marks errors as errors of gzip.
type unpacking struct{ io.Reader }

func (u unpacking) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	return n, unpackError(err)
}

func unpackError(err error) error {
	switch {
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("cannot be unpacked with gzip: damaged, or cut off")
	}
	return err
}
