// Package envname infers from the name of an environment variable what its
// value is: values are not kept.
package envname

import (
	"slices"
	"strings"
)

// Words splits a name into its words in lower case: DB_PASSWORD and dbPassword
// both become db and password.
func Words(name string) []string {
	var words []string
	start := -1
	end := func(at int) {
		if start >= 0 && at > start {
			words = append(words, strings.ToLower(name[start:at]))
		}
		start = -1
	}
	for i := range len(name) {
		c := name[i]
		switch {
		case !isLetter(c) && !isDigit(c):
			end(i)
		case start < 0:
			start = i
		case isUpper(c) && i > 0 && isLower(name[i-1]):
			end(i)
			start = i
		}
	}
	end(len(name))
	return words
}

// Find looks for the last occurrence of a term, whose words are joined by
// underscores, and returns the words before and after it. A term of six letters
// or more may be a part of a longer word: PGPASSWORD.
func Find(words []string, term string) (before, after []string, found bool) {
	parts := strings.Count(term, "_") + 1
	for i := len(words) - parts; i >= 0; i-- {
		if parts == 1 && words[i] == term || parts > 1 && spell(words[i:i+parts], term) {
			return words[:i], words[i+parts:], true
		}
		if parts > 1 || len(term) < partLength || len(words[i]) < len(term) {
			continue
		}
		if head, tail, within := strings.Cut(words[i], term); within {
			// A plural counts as the word.
			return appended(words[:i], head), prepended(strings.TrimPrefix(tail, "s"), words[i+1:]), true
		}
	}
	return nil, nil, false
}

// spell reports whether the words are those of a term with the same number of
// words.
func spell(words []string, term string) bool {
	for _, word := range words {
		var part string
		if part, term, _ = strings.Cut(term, "_"); part != word {
			return false
		}
	}
	return true
}

// partLength is the shortest term that is also found within words. Shorter ones
// would match by accident: monkey ends with key.
const partLength = 6

func appended(words []string, word string) []string {
	if word == "" {
		return words
	}
	return append(slices.Clone(words), word)
}

func prepended(word string, words []string) []string {
	if word == "" {
		return words
	}
	return append([]string{word}, words...)
}

func isLetter(c byte) bool { return isUpper(c) || isLower(c) }
func isUpper(c byte) bool  { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool  { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
