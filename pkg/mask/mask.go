// Package mask removes secrets from text that people wrote or programs printed:
// commands, arguments, headers, URLs and messages. It recognizes a secret by
// the names around it and by its place, for example as the value of an
// environment variable. A shell reads masked text in the same way, and masking
// it again changes nothing.
package mask

import (
	"bytes"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/envname"
)

// Masked stands for a secret. A shell treats it as an ordinary word.
const Masked = "***"

// span is a part of a text.
type span struct{ from, to int }

// Text masks secrets in a text: a shell script, a message, a URL, a line of a
// configuration.
func Text(s string) string { return hide(s, find(s, 0)) }

// Value masks a value that belongs to the name of a secret, such as the value
// of a header.
func Value(name, value string) string {
	if secretName(name) && literal(value) {
		return Masked
	}
	return Text(value)
}

// Words masks secrets in the words of a command, in place. It hides the whole
// value of an option, because a word has no shell syntax that could end it.
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
// "--password=value" or "Authorization: value". It returns 0 for any other
// word.
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

// hide replaces spans, which may overlap.
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

// roots are short texts, one of which is in a word of each term.
var roots = []string{"pass", "pw", "secret", "token", "cred", "key", "auth", "cookie"}

// secretName reports whether a value with this name is a secret.
func secretName(name string) bool {
	return len(name) > 2 && hasRoot(name) && envname.SaysSecret(name, terms)
}

// hasRoot tells most names apart in a fraction of the time.
func hasRoot(name string) bool {
	if len(name) > maxName {
		return true
	}
	var lower [maxName]byte
	n := copy(lower[:], name)
	for i, c := range lower[:n] {
		if c >= 'A' && c <= 'Z' {
			lower[i] += 'a' - 'A'
		}
	}
	return slices.ContainsFunc(roots, func(root string) bool { return bytes.Contains(lower[:n], []byte(root)) })
}
