package manifest

import (
	"bytes"
	"errors"
	"io"
)

// flow reads a document in brackets: JSON, or YAML in flow style.
func (r *reader) flow(line int, of *list, depth int) error {
	var s scanner
	begins := r.line
	text, err := r.value(&s, nil, r.whole)
	if err == nil && !s.done {
		if start := itemsOfFlow(text); start > 0 && depth < maxDepth/2 {
			r.unread(text[start:])
			return r.flowList(bytes.Clone(text[:start]), line, of, depth)
		}
		text, err = r.value(&s, text, r.max())
	}
	if err != nil {
		return r.cut(line, err)
	}
	if !s.done {
		r.problem(line, r.tooLarge())
		for !s.done {
			if text, err = r.value(&s, text[:0], r.max()); err != nil {
				return r.cut(line, err)
			}
		}
		return nil
	}
	r.objects(&passage{text: text, line: line, begins: begins}, of)
	return nil
}

// cut reports a value that the stream does not contain completely.
func (r *reader) cut(line int, err error) error {
	if errors.Is(err, io.EOF) {
		r.problem(line, errors.New("ends in the middle of an object: cut off, or not JSON"))
		return io.EOF
	}
	return err
}

// value adds bytes to text up to the end of a value, or until the text has more
// than size bytes.
func (r *reader) value(s *scanner, text []byte, size int) ([]byte, error) {
	for !s.done && len(text) <= size {
		if _, err := r.in.Peek(1); err != nil {
			return text, err
		}
		buffered, _ := r.in.Peek(min(r.in.Buffered(), size-len(text)+1))
		n := s.scan(buffered)
		text = append(text, buffered[:n]...)
		r.discard(n)
	}
	return text, nil
}

// flowList reads the items of a List, or of an array, one by one. head is
// everything before the first of them.
func (r *reader) flowList(head []byte, line int, parent *list, depth int) error {
	own := parent
	isArray := len(head) == 1
	if !isArray {
		own = &list{}
		if raw, err := r.toJSON(append(bytes.Clone(head), "]}"...), line); err == nil {
			own.Header = headerOf(raw)
		}
	}
	for {
		c, err := r.skipBetween()
		if err != nil {
			return r.cut(line, err)
		}
		if c == ']' {
			break
		}
		if c == '}' {
			r.discard(1)
			r.problem(r.line, errors.New("not JSON: a list ends with }"))
			return nil
		}
		if err := r.flow(r.line, own, depth+1); err != nil {
			return err
		}
	}
	if isArray {
		r.discard(1)
		return nil
	}
	s := scanner{depth: 2}
	tail, err := r.value(&s, head, r.max())
	if err != nil {
		return r.cut(line, err)
	}
	r.endWith(own, tail, line)
	return nil
}

// skipBetween skips what is between two items, and returns the byte after it.
func (r *reader) skipBetween() (byte, error) {
	for {
		head, err := r.in.Peek(1)
		if err != nil {
			return 0, err
		}
		switch head[0] {
		case ' ', '\t', '\r', '\n', ',':
			r.discard(1)
		case '#':
			r.skipLine()
		default:
			return head[0], nil
		}
	}
}

// scanner finds the end of a value: a bracket and its counterpart or, in an
// array, anything up to the next comma.
type scanner struct {
	depth int
	done  bool
	// quote is the quote of the present string; escaped is set after a backslash in
	// it.
	quote   byte
	escaped bool
	comment bool
	// last is the last byte that is not space; space is set if there is some after
	// it.
	last  byte
	space bool
}

// scan returns how many bytes of text belong to the value.
func (s *scanner) scan(text []byte) int {
	for i, c := range text {
		switch {
		case s.comment:
			s.comment = c != '\n'
		case s.escaped:
			s.escaped = false
		case s.quote != 0:
			switch {
			case c == '\\' && s.quote == '"':
				s.escaped = true
			case c == s.quote:
				s.quote, s.last = 0, c
			}
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			s.space = true
		case c == '#' && s.space:
			s.comment = true
		default:
			if inside := s.depth > 0; s.significant(c) {
				if inside {
					i++
				}
				return i
			}
		}
	}
	return len(text)
}

// significant processes a byte outside of strings and reports whether the value
// ends with it.
func (s *scanner) significant(c byte) bool {
	// Within single quotes, two quotes mean one.
	doubled := c == '\'' && s.last == c && !s.space
	begins := doubled || s.last == 0 || s.last == '{' || s.last == '[' || s.last == ',' || s.last == ':'
	s.last, s.space = c, false
	switch c {
	case '"', '\'':
		if begins {
			s.quote = c
		}
	case '{', '[':
		s.depth++
	case '}', ']':
		s.depth--
		s.done = s.depth <= 0
	case ',':
		s.done = s.depth == 0
	}
	return s.done
}

// itemsOfFlow finds where the items of a List begin, or of a text that is an
// array. It returns 0 if there are none.
func itemsOfFlow(text []byte) int {
	if text[0] == '[' {
		return 1
	}
	var s scanner
	key := 0 // where the present key begins
	for i := range text {
		before := s.depth
		if s.scan(text[i : i+1]); s.quote != 0 || s.comment || s.space {
			continue
		}
		switch c := text[i]; {
		case before == 0 && s.depth == 1, s.depth == 1 && c == ',':
			key = i + 1
		case s.depth == 2 && before == 1 && c == '[' && isItemsName(text[key:i]):
			return i + 1
		}
	}
	return 0
}

func isItemsName(text []byte) bool {
	name, _, found := bytes.Cut(text, []byte{':'})
	return found && string(bytes.Trim(name, " \t\r\n\"'")) == "items"
}
