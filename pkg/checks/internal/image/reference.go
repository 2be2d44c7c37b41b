// Package image reads the references of images.
package image

import (
	"path"
	"regexp"
	"strings"

	// The parser refuses digests whose algorithm is not linked in.
	_ "crypto/sha256"
	_ "crypto/sha512"

	"github.com/distribution/reference"
)

// Reference contains the parts of an image as it is written: together they are
// the text again.
type Reference struct {
	// Name is the repository, with its registry if one is written.
	Name string
	// Tag and Digest are empty if none is written.
	Tag, Digest string
	// repository is the name in full: docker.io/library/nginx for nginx.
	repository string
}

// Parse parses an image as a kubelet does. The API server accepts any text. If a
// tool still has to fill in a part of it, the rest is parsed.
func Parse(image string) (Reference, error) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		if ref, ok := parseUnfilled(image); ok {
			return ref, nil
		}
		return Reference{}, err
	}
	return referenceOf(named, image), nil
}

func referenceOf(named reference.Named, image string) Reference {
	ref := Reference{Name: image, repository: named.Name()}
	if digested, ok := named.(reference.Digested); ok {
		ref.Digest = digested.Digest().String()
		ref.Name = strings.TrimSuffix(ref.Name, "@"+ref.Digest)
	}
	if tagged, ok := named.(reference.Tagged); ok {
		ref.Tag = tagged.Tag()
		ref.Name = strings.TrimSuffix(ref.Name, ":"+ref.Tag)
	}
	return ref
}

// placeholder matches what envsubst, make, sed, Helm and others replace.
var placeholder = regexp.MustCompile(`\$\{[^{}]*\}|\$\([^()]*\)|\$[A-Za-z_][A-Za-z0-9_]*|\{\{[^{}]*\}\}|<[A-Za-z_-]+>|%[A-Za-z_]+%|__[A-Z_]+__`)

// parseUnfilled parses an image with placeholders, unless they may stand for its
// tag or digest.
func parseUnfilled(image string) (Reference, bool) {
	const filled = "placeholder"
	parts := placeholder.Split(image, -1)
	end := parts[len(parts)-1]
	if len(parts) == 1 || !strings.ContainsAny(end, ":/") {
		return Reference{}, false
	}
	named, err := reference.ParseNormalizedNamed(strings.Join(parts, filled))
	if err != nil {
		return Reference{}, false
	}
	ref := referenceOf(named, strings.Join(parts, filled))
	// Together the parts are the text again.
	ref.Name = strings.TrimSuffix(strings.TrimSuffix(image, "@"+ref.Digest), ":"+ref.Tag)
	return ref, !strings.Contains(ref.Tag, filled)
}

// Official reports whether the image is one of Docker's official images, or a
// copy in a mirror of them.
func (r Reference) Official() bool { return path.Base(path.Dir(r.repository)) == "library" }

// Latest reports whether the image is whatever was pushed last: it has no digest,
// and no tag other than latest.
func (r Reference) Latest() bool {
	return r.Digest == "" && (r.Tag == "" || r.Tag == "latest")
}

// RunningDigest returns the digest in an image ID of a container status, empty
// unless it names one in the repository: runtimes also report the ID of an image
// that was never pulled, or the name under which another registry has it.
func (r Reference) RunningDigest(imageID string) string {
	running, err := Parse(withoutScheme(imageID))
	if err != nil || running.repository != r.repository {
		return ""
	}
	return running.Digest
}

// LocalID returns the ID of an image in a container status that names no
// repository: it was never pulled from one, but loaded or built on its node.
func LocalID(imageID string) string {
	id := withoutScheme(imageID)
	if algorithm, hex, found := strings.Cut(id, ":"); !found || algorithm != "sha256" || len(hex) != 64 {
		return ""
	}
	return id
}

// withoutScheme removes the prefix of the Docker shim: docker-pullable://nginx@….
func withoutScheme(imageID string) string {
	if _, id, found := strings.Cut(imageID, "://"); found {
		return id
	}
	return imageID
}
