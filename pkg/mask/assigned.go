package mask

import (
	"regexp"
	"strings"
)

// maxName bounds how long a name may be.
const maxName = 100

// assigned finds the values that a text assigns to names of secrets:
// NAME=value, --name=value, "name": "value", Name: value.
func assigned(s string) []span {
	var spans []span
	for at := 0; at < len(s); at++ {
		if s[at] != '=' && s[at] != ':' {
			continue
		}
		name := nameBefore(s, at)
		if !secretName(name.text) {
			continue
		}
		if found, ok := name.value(s, at); ok && literal(s[found.from:found.to]) {
			spans = append(spans, found)
			at = found.to - 1
		}
	}
	return spans
}

// name is the name to which something is assigned.
type name struct {
	text string
	// before is the character before the name, 0 at the start.
	before byte
	quoted bool
}

// nameBefore returns the name before a sign. A part of a path is not a name.
func nameBefore(s string, at int) name {
	end := at
	for end > 0 && s[end-1] == ' ' && at-end < 4 {
		end--
	}
	var n name
	if end > 0 && (s[end-1] == '"' || s[end-1] == '\'') {
		n.quoted = true
		end--
		if end > 0 && s[end-1] == '\\' {
			end--
		}
	}
	start := end
	for start > 0 && end-start < maxName && nameByte(s[start-1]) {
		start--
	}
	if start > 0 {
		n.before = s[start-1]
	}
	if n.before != '/' {
		n.text = s[start:end]
	}
	return n
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

func isName(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 || !nameByte(byte(r)) })
}

// unquotedEnd contains the characters that end a value without quotes.
const unquotedEnd = " \t\r\n\"'`,;&|)}]<>\\"

var (
	// prose matches a message that continues after a name and a colon.
	prose = regexp.MustCompile(`^[A-Za-z]+,? +[A-Za-z]`)
	// headerValue matches the value of a header without quotes. Several words
	// belong to it only after a known scheme.
	headerValue = regexp.MustCompile(`^(?:(?i:bearer|basic|token|digest|apikey|negotiate)\\? +)?(?:[^\s"'` + "`" + `]+; +)*[^\s"'` + "`" + `]+`)
)

// value matches the text after the sign.
func (n name) value(s string, at int) (span, bool) {
	from := at + 1
	if s[at] == ':' && n.before == '{' && from < len(s) && strings.IndexByte("-=+", s[from]) >= 0 {
		// A shell's default: ${NAME:-value}.
		return endedBy(s, from+1, "}"), true
	}
	for from < len(s) && s[from] == '=' {
		from++
	}
	start := from
	for from < len(s) && (s[from] == ' ' || s[from] == '\t') {
		from++
	}
	if from == len(s) {
		return span{}, false
	}
	colon, spaced := s[at] == ':', from > start
	switch c := s[from]; {
	case c == '\\' && from+1 < len(s) && (s[from+1] == '"' || s[from+1] == '\''):
		to := strings.Index(s[from+2:], s[from:from+2])
		if to < 0 {
			return span{from + 2, len(s)}, true
		}
		return span{from + 2, from + 2 + to}, true
	case !colon && spaced && s[at-1] != ' ' && !n.quoted:
		// NAME= is empty in a shell.
		return span{}, false
	case c == '"' || c == '\'':
		return endedByQuote(s, from+1, c), true
	case colon && header(n.text) && (n.before == '"' || n.before == '\''):
		return endedBy(s, from, string(n.before)+"\r\n"), true
	case colon && header(n.text):
		return span{from, from + len(headerValue.FindString(s[from:]))}, true
	case colon && !spaced && !n.quoted:
		// This is the tag of an image or the port of a host.
		return span{}, false
	case colon && prose.MatchString(s[from:]):
		return span{}, false
	}
	return endedBy(s, from, unquotedEnd), true
}

// header reports whether a name is that of an HTTP header, after which no space
// is needed, or openssl's "pass:".
func header(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "x-") || strings.HasSuffix(name, "authorization") || strings.HasSuffix(name, "cookie") ||
		name == "private-token" || name == "job-token" || name == "pass"
}

func endedBy(s string, from int, ends string) span {
	if to := strings.IndexAny(s[from:], ends); to >= 0 {
		return span{from, from + to}
	}
	return span{from, len(s)}
}

// endedByQuote returns the part up to a quote that is not escaped.
func endedByQuote(s string, from int, quote byte) span {
	for i := from; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote == '"':
			i++
		case s[i] == quote:
			return span{from, i}
		}
	}
	return span{from, len(s)}
}

var (
	// harmless matches values that only switch something on or off, refer to
	// something else, or are masked already.
	harmless = regexp.MustCompile(`^["']?(\$|` + "`" + `|\{\{|<removed>)` +
		`|^(?i:true|false|yes|no|on|off|none|null|nil|enabled?|disabled?|auto|default|stdin|0|1)$`)
	// file matches a file or directory, but not random text that begins with a
	// slash.
	file = regexp.MustCompile(`^(/[a-z0-9._-]+)+/?$|^/[A-Za-z0-9._/-]+\.[A-Za-z]{1,10}$`)
)

// File reports whether a value is the path of a file or directory.
func File(value string) bool { return strings.HasPrefix(value, "/") && file.MatchString(value) }

// literal reports whether a value may be a secret itself.
func literal(value string) bool {
	return value != "" && !harmless.MatchString(value) && !File(value)
}
