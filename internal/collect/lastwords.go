package collect

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// How much of a container's last words is kept, in runes: of a line, and in
// total. A text that was cut once is not cut again.
const (
	maxLine  = 160
	maxWords = 2*maxLine + len("… … …")
)

// lastWords returns the first and the last line of a termination message,
// because an error is mostly in one of the two. The message may be the end of a
// log. If neither line names an error, the last line between them that does
// replaces the first: log lines may precede it, and a stack trace may follow.
func lastWords(message string) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(message), "\n")
	if rest = strings.TrimSpace(rest); rest == "" {
		return cutLine(first, maxWords)
	}
	between, last := "", rest
	if at := strings.LastIndexByte(rest, '\n'); at >= 0 {
		between, last = rest[:at], rest[at+1:]
	}
	if !namesFailure(first) && !namesFailure(last) {
		for line := range strings.Lines(between) {
			if namesFailure(line) {
				first = line
			}
		}
	}
	return cutLine(first, maxLine) + " … " + cutLine(last, maxLine)
}

var (
	failureLine = regexp.MustCompile(`(?i)panic:|fatal|error|exception|caused by:|fail|cannot|could not|denied|not found|no such`)
	// stackFrame matches a line of a stack trace, which may contain the name of a
	// function after the errors.
	stackFrame = regexp.MustCompile(`^\s|^\S+\(`)
)

func namesFailure(line string) bool {
	return failureLine.MatchString(line) && !stackFrame.MatchString(line)
}

func cutLine(line string, limit int) string {
	line = strings.TrimSpace(line)
	if utf8.RuneCountInString(line) <= limit {
		return line
	}
	return string([]rune(line)[:limit]) + "…"
}
