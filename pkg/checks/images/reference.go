package images

import (
	"strings"
	// The parser refuses digests whose algorithm is not linked in.
	_ "crypto/sha256"
	_ "crypto/sha512"

	"github.com/distribution/reference"
)

// imageReference is an image as it is written, in its parts: together they are
// the text again.
type imageReference struct {
	// Name is the repository, with its registry if one is written.
	Name string
	// Tag and Digest are empty where none is written.
	Tag, Digest string
	// repository is the name in full: docker.io/library/nginx for nginx.
	repository string
}

// parseReference reads an image as a kubelet does. The API server lets any text
// pass as one.
func parseReference(image string) (imageReference, error) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return imageReference{}, err
	}
	ref := imageReference{Name: image, repository: named.Name()}
	if digested, ok := named.(reference.Digested); ok {
		ref.Digest = digested.Digest().String()
		ref.Name = strings.TrimSuffix(ref.Name, "@"+ref.Digest)
	}
	if tagged, ok := named.(reference.Tagged); ok {
		ref.Tag = tagged.Tag()
		ref.Name = strings.TrimSuffix(ref.Name, ":"+ref.Tag)
	}
	return ref, nil
}

// latest reports whether the image is whatever was pushed last: no digest pins
// it, and no tag stands for latest.
func (r imageReference) latest() bool {
	return r.Digest == "" && (r.Tag == "" || r.Tag == "latest")
}

// runningDigest is the digest in an image ID of a container status, empty
// unless it names one in the repository: runtimes also report the ID of an
// image that was never pulled, or the name under which another registry has
// it.
func (r imageReference) runningDigest(imageID string) string {
	// The Docker shim wrote docker-pullable://nginx@sha256:….
	if _, id, found := strings.Cut(imageID, "://"); found {
		imageID = id
	}
	running, err := parseReference(imageID)
	if err != nil || running.repository != r.repository {
		return ""
	}
	return running.Digest
}
