package image

import (
	"strings"

	"github.com/distribution/reference"
)

// Base returns the last part of an image's name: nginx, without registry, path,
// tag and digest.
func Base(image string) string {
	name := image[strings.LastIndex(image, "/")+1:]
	if end := strings.IndexAny(name, ":@"); end >= 0 {
		name = name[:end]
	}
	return name
}

// names returns the names by which a node may list an image: in full, with tag,
// as one runtime does, or as short as another one does. Text that is not a reference
// has none.
func names(image string) []string {
	named, err := reference.ParseNormalizedNamed(withoutScheme(image))
	if err != nil {
		return nil
	}
	// With tag and digest, nodes list the image by its digest.
	if digested, ok := named.(reference.Digested); ok {
		if named, err = reference.WithDigest(reference.TrimNamed(named), digested.Digest()); err != nil {
			return nil
		}
	}
	named = reference.TagNameOnly(named)
	full, short := named.String(), reference.FamiliarString(named)
	if full == short {
		return []string{full}
	}
	return []string{full, short}
}
