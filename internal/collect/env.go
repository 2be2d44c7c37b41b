package collect

import (
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/mask"
)

// removed replaces a removed env value, or the rest of one, so that a literal
// still differs from an empty or referenced value.
const removed = "<removed>"

var (
	// envReference matches a value that only refers to another variable.
	envReference = regexp.MustCompile(`^\$\([A-Za-z_][A-Za-z0-9_.-]*\)$`)
	// envScheme matches the scheme of a URL: s3://.
	envScheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]{0,15}://`)
)

func trimEnv(env []corev1.EnvVar) {
	for i := range env {
		env[i].Value = trimValue(env[i].Value)
	}
}

// trimValue removes from an env value everything but its kind. It keeps values
// that cannot be secret: switches, consoles, references to other variables.
func trimValue(value string) string {
	switch {
	case inventory.Switch(value) || inventory.Console(value) || envReference.MatchString(value):
		return value
	case mask.File(value):
		return "/" + removed
	case value == "/"+removed:
		return value
	}
	if !strings.Contains(value, "://") {
		return removed
	}
	return envScheme.FindString(value) + removed
}
