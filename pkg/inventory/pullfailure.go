package inventory

// PullFailure is the error with which a runtime or a registry explains why an
// image was not pulled.
type PullFailure struct {
	Problem PullProblem
	// Why is the error without its introduction, empty if it says nothing more than
	// that the pull failed.
	Why string
}

// PullProblem is a known reason for a failed pull, 0 for others. If an error
// names several, the lowest is the most specific.
type PullProblem uint8

const (
	// PullLimited means that the registry limits the number of pulls.
	PullLimited PullProblem = iota + 1
	// PullOtherPlatform means that the image exists, but not for the node's
	// platform.
	PullOtherPlatform
	// PullDenied means that the registry refuses access.
	PullDenied
	// PullUntrusted means that the node does not trust the registry's certificate.
	PullUntrusted
	// PullUnreachable means that the node cannot reach the registry.
	PullUnreachable
	// PullNotFound means that there is no such image.
	PullNotFound
)
