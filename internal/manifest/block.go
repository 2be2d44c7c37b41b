package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
)

// block reads a document in block style, the usual style of YAML.
func (r *reader) block(line int) error {
	begins := r.line
	text, complete, err := r.lines(nil, r.whole, r.atBoundary)
	if err != nil {
		return err
	}
	if !complete {
		if start, indent := itemsOfBlock(text); indent >= 0 {
			r.unread(text[start:])
			return r.blockList(bytes.Clone(text[:start]), indent, line)
		}
		if text, complete, err = r.lines(text, r.max(), r.atBoundary); err != nil {
			return err
		}
	}
	if !complete {
		r.problem(line, r.tooLarge())
		return r.skipLines(r.atBoundary)
	}
	r.objects(&passage{text: text, line: line, begins: begins}, nil)
	return nil
}

// max returns the largest size of a document.
func (r *reader) max() int {
	if r.limit.Size == 0 {
		return math.MaxInt / 2
	}
	return int(r.limit.Size)
}

// lines adds lines to text until ended reports the end. If the text has more
// than size bytes, it stops and the text is not complete.
func (r *reader) lines(text []byte, size int, ended func() bool) ([]byte, bool, error) {
	for {
		piece, err := r.in.ReadSlice('\n')
		text = append(text, piece...)
		switch {
		case err == nil:
			r.line++
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return text, true, nil
		default:
			return nil, false, err
		}
		if err == nil && r.ends(ended) {
			return text, true, nil
		}
		if len(text) > size {
			return text, false, nil
		}
	}
}

func (r *reader) ends(ended func() bool) bool {
	if _, err := r.in.Peek(1); errors.Is(err, io.EOF) {
		return true
	}
	return ended()
}

func (r *reader) skipLines(ended func() bool) error {
	for {
		_, err := r.in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if r.line++; r.ends(ended) {
			return nil
		}
	}
}

// itemsOfBlock finds the items of a List, or of a document that is a sequence.
// It returns where they start and their indent, which is -1 if there are none.
func itemsOfBlock(text []byte) (start, indent int) {
	inItems, first := false, true
	for offset := 0; offset < len(text); {
		length := bytes.IndexByte(text[offset:], '\n') + 1
		if length == 0 {
			break
		}
		line := text[offset : offset+length]
		if content, n := contentOf(line); len(content) > 0 {
			if (inItems || first && n == 0) && isItem(content) {
				return offset, n
			}
			inItems = n == 0 && isItemsKey(content)
			first = false
		}
		offset += length
	}
	return 0, -1
}

// contentOf returns a line without indentation and comment, and its indent.
func contentOf(line []byte) (content []byte, indent int) {
	content = bytes.TrimLeft(line, " ")
	indent = len(line) - len(content)
	content = bytes.TrimRight(content, " \t\r\n")
	if len(content) > 0 && content[0] == '#' {
		content = nil
	}
	return content, indent
}

func isItem(content []byte) bool {
	return content[0] == '-' && (len(content) == 1 || content[1] == ' ' || content[1] == '\t')
}

func isItemsKey(content []byte) bool {
	rest, found := bytes.CutPrefix(content, []byte("items:"))
	rest = bytes.TrimLeft(rest, " \t")
	return found && (len(rest) == 0 || rest[0] == '#')
}

// blockList reads the items of a List one by one. head is everything before
// them, nothing for a sequence.
func (r *reader) blockList(head []byte, indent, line int) error {
	var own *list
	if isSequence := len(head) == 0; !isSequence {
		own = &list{}
		if raw, err := r.toJSON(head, line); err == nil {
			own.Header = headerOf(raw)
		}
	}
	more, err := r.blockItems(indent, own)
	if err != nil || !more || own == nil {
		return err
	}
	if r.atBoundary() {
		r.end(own, line)
		return nil
	}
	tail, complete, err := r.lines(head, r.max(), r.atBoundary)
	if err != nil {
		return err
	}
	if !complete {
		r.problem(line, fmt.Errorf("a List with more than %s beside its items", r.limit))
		return r.skipLines(r.atBoundary)
	}
	r.endWith(own, tail, line)
	return nil
}

// endWith ends a List whose header may be in what it has beside its items.
func (r *reader) endWith(own *list, beside []byte, line int) {
	raw, err := r.toJSON(beside, line)
	if err != nil {
		r.problem(line, err)
		return
	}
	own.Header = headerOf(raw)
	r.end(own, line)
}

// blockItems yields items up to the end of their List, and reports whether the
// caller wants more.
func (r *reader) blockItems(indent int, of *list) (more bool, err error) {
	items := conversions{r: r, of: of}
	ended := func() bool { return r.nextLine(indent) != insideItem }
	for more = true; more && r.nextLine(indent) == atItem; {
		at := r.line
		text, complete, err := r.lines(nil, r.max(), ended)
		if err == nil && !complete {
			more = items.fail(at, r.tooLarge())
			err = r.skipLines(ended)
		} else if err == nil {
			more = items.add(text, at)
		}
		if err != nil {
			items.finish()
			return false, err
		}
	}
	return more && items.finish(), nil
}

// What the next line of a List can be.
const (
	insideItem = iota
	atItem
	afterItems
)

func (r *reader) nextLine(indent int) int {
	text, _ := r.peekLine()
	if len(text) == 0 || r.atBoundary() {
		return afterItems
	}
	content, n := contentOf(text)
	switch {
	case len(content) == 0 || n > indent:
		return insideItem
	case n == indent && isItem(content):
		return atItem
	}
	return afterItems
}
