package cause

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// How much of a quoted text is kept, in runes. The failure is at its beginning;
// the reason, after everything in which the error was wrapped, is at its end.
const (
	quotedStart = 100
	quotedEnd   = 160
)

var (
	// wrapping says only which kind of call failed.
	wrapping = regexp.MustCompile(`rpc error: code = \w+ desc = `)
	// identity is the ID of a container or a sandbox, which nobody reads.
	identity = regexp.MustCompile(`\b([0-9a-f]{12})[0-9a-f]{52}\b`)
)

// Quote shortens a cluster's words for a message: to one line and, if they are
// long, without their middle. The report replaces what cannot be printed.
func Quote(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = wrapping.ReplaceAllString(text, "")
	text = identity.ReplaceAllString(text, "$1…")
	// What a probe answered may be empty.
	text = strings.TrimRight(text, ".: ")
	if utf8.RuneCountInString(text) <= quotedStart+quotedEnd {
		return text
	}
	start, end := 0, len(text)
	for range quotedStart {
		_, size := utf8.DecodeRuneInString(text[start:])
		start += size
	}
	for range quotedEnd {
		_, size := utf8.DecodeLastRuneInString(text[:end])
		end -= size
	}
	return strings.TrimSpace(text[:start]) + " … " + strings.TrimSpace(text[end:])
}
