package collect

import (
	"regexp"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/mask"
)

// removed stands for every env value, or the rest of one, that was removed, so
// that a literal can still be told from an empty or referenced one.
const removed = "<removed>"

var (
	// envReference is a value that is only another variable's.
	envReference = regexp.MustCompile(`^\$\([A-Za-z_][A-Za-z0-9_.-]*\)$`)
	// envScheme matches the beginning of a place's URL: s3://.
	envScheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]{0,15}://`)
)

func trimEnv(env []corev1.EnvVar) {
	for i := range env {
		env[i].Value = trimValue(env[i].Value)
	}
}

// trimValue leaves of an env value what kind it is of. What nobody has made up
// is kept: switches, consoles, references to other variables.
func trimValue(value string) string {
	switch {
	case inventory.Switch(value) || inventory.Console(value) || envReference.MatchString(value):
		return value
	case mask.File(value):
		return "/" + removed
	case value == "/"+removed:
		return value
	}
	return envScheme.FindString(value) + removed
}
