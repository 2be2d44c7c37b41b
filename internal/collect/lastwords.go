package collect

import (
	"regexp"
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
// be the end of a log: an error mostly stands in one of the two. Where a log went
// on before it and a stack trace follows, the line that names it stands for the
// first.
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
	// stackFrame is a line of a stack trace, which may name a function after its errors.
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
