package mask

import (
	"path"
	"slices"
	"strings"
)

// byPlace finds secrets in the words of a command by the words before them. It
// returns the secret part of each word.
func byPlace(words []string) map[int]span {
	var places map[int]span
	mark := func(i, from int) {
		if i < len(words) && from < len(words[i]) && literal(words[i][from:]) {
			if places == nil {
				places = map[int]span{}
			}
			places[i] = span{from, len(words[i])}
		}
	}
	follows := func(i int) {
		if i+1 < len(words) && !optionLike(words[i+1]) {
			mark(i+1, 0)
		}
	}
	var program options
	login, htpasswd := false, false
	for i, word := range words {
		base := path.Base(word)
		if known, found := programs[base]; found {
			program = known
		}
		dash := strings.HasPrefix(word, "-")
		option, value, assigned := strings.Cut(word, "=")
		switch {
		case dash && userOptions[option] && assigned:
			if at := passwordAt(value); at > 0 {
				mark(i, len(option)+1+at)
			}
		case dash && userOptions[word] && i+1 < len(words):
			if at := passwordAt(words[i+1]); at > 0 {
				mark(i+1, at)
			}
		case strings.HasPrefix(word, "-u") && passwordAt(word) > 0:
			mark(i, passwordAt(word))
		case (dash || i > 0 && setters[words[i-1]]) && isName(word) && secretName(word):
			follows(i)
		}
		if login || !program.afterLogin {
			for _, o := range program.next {
				if word == o {
					follows(i)
				}
			}
			for _, o := range program.same {
				if strings.HasPrefix(word, o) && !strings.HasPrefix(word, o+"=") {
					mark(i, len(o))
				}
			}
		}
		for _, n := range operands[word] {
			if word != "alias" || i+1 < len(words) && words[i+1] == "set" {
				mark(i+n, 0)
			}
		}
		login = login || base == "login"
		htpasswd = htpasswd || base == "htpasswd"
	}
	if htpasswd {
		mark(len(words)-1, 0)
	}
	return places
}

// optionLike reports whether a word is the next option and not the value of
// one.
func optionLike(word string) bool {
	name := strings.TrimLeft(word, "-")
	if len(name) == len(word) {
		return false
	}
	name, _, _ = strings.Cut(name, "=")
	return len(name) < 2 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-_.0123456789") == ""
}

// passwordAt returns where the password begins in user:password. It returns 0
// if there is none, as in the IDs of a user and a group.
func passwordAt(word string) int {
	at := strings.IndexAny(word, ":%")
	if at < 0 || strings.Contains(word, "://") || strings.Trim(word[at+1:], "0123456789") == "" {
		return 0
	}
	return at + 1
}

// placed finds the secrets in the commands of a text: lines of a script, or a
// command that a kubelet quotes.
func placed(s string, depth int) []span {
	if depth == maxDepth || !strings.ContainsAny(s, " \"'") {
		return nil
	}
	var spans []span
	var words []string
	// printed contains what the command before prints, if that may be a secret.
	var printed span
	for tokens := range commands(s) {
		words = slices.Grow(words[:0], len(tokens))
		for _, t := range tokens {
			words = append(words, s[t.from:t.to])
		}
		for i, place := range byPlace(words) {
			spans = append(spans, span{tokens[i].from + place.from, tokens[i].from + place.to})
		}
		if printed.to > 0 && readsPassword(words) {
			spans = append(spans, printed)
		}
		if printed = (span{}); prints(words) && literal(words[len(words)-1]) {
			printed = tokens[len(tokens)-1]
		}
		for i, t := range tokens {
			// A command within a command: sh -c "…".
			if t.to-t.from < len(s) && strings.Contains(words[i], " ") {
				for _, inner := range placed(words[i], depth+1) {
					spans = append(spans, span{t.from + inner.from, t.from + inner.to})
				}
			}
		}
	}
	return spans
}

func prints(words []string) bool {
	return len(words) > 1 && (words[0] == "echo" || words[0] == "printf")
}

// readsPassword reports whether a command reads a secret from the output of the
// one before it.
func readsPassword(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		return word == "chpasswd" || word == "passwd" || strings.HasSuffix(word, "-stdin")
	})
}
