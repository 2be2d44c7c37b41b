package process

import (
	"fmt"
	"os"
	"strings"
)

// tailLines limits the lines of a log that explain a failure. A log that is only
// a little longer is shown completely, for example the tail of another log with
// a line above it.
const (
	tailLines  = 20
	uncutLines = 30
)

// Tail returns the last lines of a log for an error message.
func Tail(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	text := strings.TrimRight(string(content), "\n")
	if text == "" {
		return "(the log is empty)"
	}
	lines := strings.Split(text, "\n")
	if len(lines) > uncutLines {
		lines = lines[len(lines)-tailLines:]
	}
	return strings.Join(lines, "\n")
}
