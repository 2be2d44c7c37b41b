package inventory

import (
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/mask"
)

// removed stands for every env value, or the rest of one, that was removed, so
// that a literal can still be told from an empty or referenced one.
const removed = "<removed>"

var (
	// envReference is a value that is only another variable's.
	envReference = regexp.MustCompile(`^\$\([A-Za-z_][A-Za-z0-9_.-]*\)$`)
	// envScheme is how the URL of a place begins: s3://.
	envScheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]{0,15}://`)
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

// consoles are what programs call their own output.
var consoles = []string{
	"-", "stdout", "stderr", "console", "syslog", "/dev/stdout", "/dev/stderr", "/dev/null", "/dev/tty", "/dev/console",
}

// Console reports whether a value is a name of a program's own output, or of
// nothing.
func Console(value string) bool {
	return value == "" || slices.Contains(consoles, strings.ToLower(value)) || strings.HasPrefix(value, "/dev/fd/") ||
		processOutput.MatchString(value)
}

var processOutput = regexp.MustCompile(`^/proc/(1|self|\$\$)/fd/[12]$`)

func trimEnv(env []corev1.EnvVar) {
	for i := range env {
		env[i].Value = trimValue(env[i].Value)
	}
}

// trimValue leaves of an env value what kind it is of. What nobody has made up
// is kept: switches, consoles, references to other variables.
func trimValue(value string) string {
	switch {
	case Switch(value) || Console(value) || envReference.MatchString(value):
		return value
	case mask.File(value):
		return "/" + removed
	case value == "/"+removed:
		return value
	}
	return envScheme.FindString(value) + removed
}
