package collect

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// pullProblems are recognized by words, because the errors of runtimes and
// registries have no common format. The first entry that matches counts.
var pullProblems = []struct {
	problem inventory.PullProblem
	words   []string
}{
	{inventory.PullLimited, []string{"toomanyrequests", "too many requests"}},
	{inventory.PullOtherPlatform, []string{"no match for platform", "no matching manifest"}},
	{inventory.PullDenied, []string{"unauthorized", "authorization failed", "access denied", "access forbidden",
		"no basic auth credentials", "authentication required", "403 forbidden"}},
	{inventory.PullUntrusted, []string{"x509", "failed to verify certificate"}},
	{inventory.PullUnreachable, []string{"no such host", "i/o timeout", "connection refused", "connection reset",
		"deadline exceeded", "registryunavailable"}},
	{inventory.PullNotFound, []string{"not found", "manifest unknown", "name unknown", "notfound"}},
}

// pullWaits are the reasons for which a container waits for its image.
var pullWaits = []string{"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError", "SignatureValidationFailed"}

func pullFailure(message string) *inventory.PullFailure {
	f := &inventory.PullFailure{Why: message}
	if _, why, found := strings.Cut(message, "ErrImagePull: "); found {
		f.Why = why
	} else if strings.HasPrefix(message, "Back-off") || strings.HasPrefix(message, "Error: ") {
		f.Why = ""
	}
	said := strings.ToLower(message)
	for _, known := range pullProblems {
		for _, words := range known.words {
			if strings.Contains(said, words) {
				f.Problem = known.problem
				return f
			}
		}
	}
	return f
}
