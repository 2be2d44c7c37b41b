package inventory

import (
	"strings"
	"unicode/utf8"
)

// How much of a container's last words is kept, in runes: of a line, and of all
// of them. What was cut once stays as it is.
const (
	maxLine  = 160
	maxWords = 2*maxLine + len("… … …")
)

// lastWords are the first and the last line of a termination message, which may
// be the end of a log: an error stands in one of the two.
func lastWords(message string) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(message), "\n")
	if rest = strings.TrimSpace(rest); rest == "" {
		return cutLine(first, maxWords)
	}
	return cutLine(first, maxLine) + " … " + cutLine(rest[strings.LastIndexByte(rest, '\n')+1:], maxLine)
}

func cutLine(line string, limit int) string {
	line = strings.TrimSpace(line)
	if utf8.RuneCountInString(line) <= limit {
		return line
	}
	return string([]rune(line)[:limit]) + "…"
}
