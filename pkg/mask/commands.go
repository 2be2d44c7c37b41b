package mask

import (
	"iter"
	"strings"
)

// commands yields the words of each command in a text, without the quotes and
// brackets around them. The next command replaces them.
func commands(s string) iter.Seq[[]span] {
	return func(yield func([]span) bool) {
		var words []span
		for from := 0; from < len(s); {
			if words, from = command(s, from, words[:0]); len(words) > 0 && !yield(words) {
				return
			}
		}
	}
}

// command adds the words of one command, and returns where the next one begins.
func command(s string, from int, words []span) ([]span, int) {
	for i := from; i < len(s); {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && s[i+1] == '\n':
			i += 2
		case strings.IndexByte("\n;|&", c) >= 0:
			return words, i + 1
		case strings.IndexByte(apart, c) >= 0:
			i++
		case c == '"' || c == '\'':
			word := endedByQuote(s, i+1, c)
			if word.to == len(s) {
				// The quote is an apostrophe.
				i++
				continue
			}
			words = append(words, word)
			i = word.to + 1
		default:
			from := i
			i = wordEnd(s, i)
			words = append(words, span{from, i})
		}
	}
	return words, len(s)
}

// apart contains the characters between words.
const apart = " \t\r,(){}[]`"

// wordEnd returns the end of a word that begins without quotes. The word may
// contain some: -p'…', --user="…".
func wordEnd(s string, from int) int {
	for i := from; i < len(s); i++ {
		switch c := s[i]; {
		case strings.IndexByte("\n;|&"+apart, c) >= 0:
			return i
		case c == '"' || c == '\'':
			quoted := endedByQuote(s, i+1, c)
			// The quote after a word may end another word, or be an apostrophe.
			if opens := i > from && (!letter(s[i-1]) || s[from] == '-'); !opens || quoted.to == len(s) {
				return i
			}
			i = quoted.to
		case c == '\\':
			i++
		}
	}
	return len(s)
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }
