// Package image reads the references of images.
package image

import (
	"strings"
	// The parser refuses digests whose algorithm is not linked in.
	_ "crypto/sha256"
	_ "crypto/sha512"

	"github.com/distribution/reference"
)

// Reference is an image as it is written, in its parts: together they are
// the text again.
type Reference struct {
	// Name is the repository, with its registry if one is written.
	Name string
	// Tag and Digest are empty where none is written.
	Tag, Digest string
	// repository is the name in full: docker.io/library/nginx for nginx.
	repository string
}

// Parse reads an image as a kubelet does. The API server lets any text
// pass as one.
func Parse(image string) (Reference, error) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return Reference{}, err
	}
	ref := Reference{Name: image, repository: named.Name()}
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

// Latest reports whether the image is whatever was pushed last: no digest pins
// it, and no tag stands for latest.
func (r Reference) Latest() bool {
	return r.Digest == "" && (r.Tag == "" || r.Tag == "latest")
}

// RunningDigest is the digest in an image ID of a container status, empty
// unless it names one in the repository: runtimes also report the ID of an
// image that was never pulled, or the name under which another registry has
// it.
func (r Reference) RunningDigest(imageID string) string {
	running, err := Parse(withoutScheme(imageID))
	if err != nil || running.repository != r.repository {
		return ""
	}
	return running.Digest
}

// LocalID is the ID of an image in a container status that names no repository:
// it was never pulled from one, but loaded or built on its node.
func LocalID(imageID string) string {
	id := withoutScheme(imageID)
	if algorithm, hex, found := strings.Cut(id, ":"); !found || algorithm != "sha256" || len(hex) != 64 {
		return ""
	}
	return id
}

// withoutScheme leaves out what the Docker shim wrote: docker-pullable://nginx@….
func withoutScheme(imageID string) string {
	if _, id, found := strings.Cut(imageID, "://"); found {
		return id
	}
	return imageID
}
