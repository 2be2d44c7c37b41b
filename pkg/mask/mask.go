// Package mask takes secrets out of text that people wrote or programs printed:
// commands, arguments, headers, URLs and messages. What a secret is, the names
// around a value tell and the place where it stands, as of an environment
// variable. Masked text means the same to a shell, and is not changed by masking
// it again.
package mask

import (
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/envname"
)

// Masked stands for a secret. No shell sees more in it than a word.
const Masked = "***"

// span is a part of a text.
type span struct{ from, to int }

// Text masks secrets in a text: a shell script, a message, a URL, a line of a
// configuration.
func Text(s string) string { return hide(s, find(s, 0)) }

// Value masks what a name says to be a secret, such as a header's value.
func Value(name, value string) string {
	if secretName(name) && literal(value) {
		return Masked
	}
	return Text(value)
}

// Words masks secrets in the words of a command, in place. It hides an option's
// value whole: no shell ends it.
func Words(words []string) {
	places := byPlace(words)
	for i, word := range words {
		if keep, found := places[i]; found {
			words[i] = word[:keep.from] + Masked + word[keep.to:]
		} else if at := wholeValue(word); at > 0 {
			words[i] = word[:at] + Masked
		} else {
			words[i] = Text(word)
		}
	}
}

// wholeValue returns where the value begins in a word that is only
// "--password=value" or "Authorization: value"; 0 for another word.
func wholeValue(word string) int {
	at := strings.IndexAny(word, "=:")
	if at < 0 || !isName(word[:at]) || !secretName(word[:at]) {
		return 0
	}
	value := strings.TrimLeft(word[at+1:], " ")
	if !literal(value) || word[at] == ':' && !header(word[:at]) {
		return 0
	}
	return len(word) - len(value)
}

// maxDepth bounds quotes within quotes.
const maxDepth = 4

func find(s string, depth int) []span {
	spans := slices.Concat(assigned(s), urls(s), pairs(s), schemes(s), shapes(s))
	return append(spans, placed(s, depth)...)
}

// hide replaces parts, which may overlap.
func hide(s string, spans []span) string {
	if len(spans) == 0 {
		return s
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	done := 0
	for i := 0; i < len(spans); {
		from, to := spans[i].from, spans[i].to
		for i++; i < len(spans) && spans[i].from <= to; i++ {
			to = max(to, spans[i].to)
		}
		b.WriteString(s[done:from])
		b.WriteString(Masked)
		done = to
	}
	b.WriteString(s[done:])
	return b.String()
}

// terms are names of secrets beyond those of environment variables.
var terms = append(slices.Clone(envname.SecretTerms),
	"authorization", "cookie", "requirepass", "masterauth", "storepass", "keypass", "userpass", "basicauth", "basic_auth",
	"auth_basic", "webhook_key", "bind_pw", "bindpw", "rootpw",
)

// secretName reports whether a value by this name is a secret.
func secretName(name string) bool { return len(name) > 2 && envname.SaysSecret(name, terms) }
