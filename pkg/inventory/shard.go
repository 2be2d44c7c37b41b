package inventory

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"maps"
	"math/bits"
	"slices"
)

// Shard is one of several parts into which the namespaces of a cluster are divided.
// A nil Shard is all of them.
type Shard struct {
	// Index is from 1 to Of.
	Index, Of int
	// Placed are the indexes of the shards of some namespaces, by name. The hash of its
	// name decides about every other.
	Placed map[string]int
}

// large is the least number of pods with which a namespace is placed. Many small ones
// fill all shards alike, and one that comes or goes moves no other.
const large = 100

// Place divides large namespaces among shards, by their numbers of pods: the largest
// first, where there are the fewest pods. All shards must count alike to agree, and
// pods come and go, so only the magnitude of their number counts.
func Place(pods map[string]int, shards int) map[string]int {
	placed := map[string]int{}
	names := slices.SortedFunc(maps.Keys(pods), func(a, b string) int {
		return cmp.Or(cmp.Compare(magnitude(pods[b]), magnitude(pods[a])), cmp.Compare(a, b))
	})
	filled := make([]int, shards)
	for _, name := range names {
		if pods[name] < large {
			continue
		}
		least := slices.Index(filled, slices.Min(filled))
		filled[least] += magnitude(pods[name])
		placed[name] = least + 1
	}
	return placed
}

// magnitude is a power of two.
func magnitude(n int) int { return 1 << bits.Len(uint(n)) }

// Owns reports whether a namespace belongs to the shard.
func (s *Shard) Owns(namespace string) bool { return s == nil || s.of(namespace) == s.Index }

func (s *Shard) of(namespace string) int {
	if placed, found := s.Placed[namespace]; found {
		return placed
	}
	hash := fnv.New32a()
	fmt.Fprint(hash, namespace)
	return int(hash.Sum32()%uint32(s.Of)) + 1
}

// Division is equal for all shards that divide the namespaces alike.
func (s *Shard) Division() string {
	digest := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s.Placed)) {
		fmt.Fprintln(digest, name, s.Placed[name])
	}
	return hex.EncodeToString(digest.Sum(nil)[:8])
}
