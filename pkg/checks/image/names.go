package image

import "github.com/distribution/reference"

// Names are those by which a node may list an image: in full, with tag, as one
// runtime does, or as short as another one does. There is none of what is no
// reference.
func Names(image string) []string {
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
