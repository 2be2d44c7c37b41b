package inventory

import (
	"regexp"
	"slices"
	"strings"
)

// Values that only switch something on or off.
var (
	onWords  = []string{"1", "true", "yes", "on", "enable", "enabled", "auto", "default"}
	offWords = []string{"0", "false", "no", "off", "none", "null", "nil", "disable", "disabled"}
)

// Switch reports whether a value only switches something on or off.
func Switch(value string) bool { return Off(value) || slices.Contains(onWords, strings.ToLower(value)) }

// Off reports whether a value switches something off.
func Off(value string) bool { return slices.Contains(offWords, strings.ToLower(value)) }

// consoles are names by which programs refer to their own output.
var consoles = []string{
	"-", "stdout", "stderr", "console", "syslog", "/dev/stdout", "/dev/stderr", "/dev/null", "/dev/tty", "/dev/console",
}

// Console reports whether a value means a program's own output, or nothing.
func Console(value string) bool {
	return value == "" || slices.Contains(consoles, strings.ToLower(value)) || strings.HasPrefix(value, "/dev/fd/") ||
		strings.HasPrefix(value, "/proc/") && processOutput.MatchString(value)
}

var processOutput = regexp.MustCompile(`^/proc/(1|self|\$\$)/fd/[12]$`)
