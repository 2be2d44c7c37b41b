package inventory

// PullFailure is the error of a runtime or a registry for an image that was not
// pulled.
type PullFailure struct {
	Problem PullProblem
	// Why is the error without what is said before it, empty where it only says that
	// a pull failed.
	Why string
}

// PullProblem is a known reason for which a pull fails, 0 for others. Where several
// are named, the least is the most specific.
type PullProblem uint8

const (
	// PullLimited says that the registry limits the number of pulls.
	PullLimited PullProblem = iota + 1
	// PullOtherPlatform says that the image exists, but not for the node's platform.
	PullOtherPlatform
	// PullDenied says that the registry refuses access.
	PullDenied
	// PullUntrusted says that the node does not trust the registry's certificate.
	PullUntrusted
	// PullUnreachable says that the node does not reach the registry.
	PullUnreachable
	// PullNotFound says that there is no such image.
	PullNotFound
)
