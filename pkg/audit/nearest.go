package audit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// maxSuggestions keeps the suggestions on one line.
const maxSuggestions = 3

// minPart is the least length with which a part of a name that is not its beginning
// distinguishes it.
const minPart = 3

// Nearest returns the names that the author of a wrong name may have meant, best
// first. A quarter of the characters may be wrong, or all in another order. The wrong name
// may be only the beginning or another part of the name; a sixth of a beginning may be
// wrong.
func Nearest(names []string, wrong string) []string {
	wrong = strings.ToLower(wrong)
	if wrong == "" {
		return nil
	}
	distances := map[string]int{}
	for _, name := range names {
		lower := strings.ToLower(name)
		distance, most := levenshtein.ComputeDistance(wrong, lower), len(wrong)/4
		begin := levenshtein.ComputeDistance(wrong, lower[:min(len(wrong), len(lower))])
		switch {
		case len(wrong) >= minPart && strings.Contains(lower, wrong):
			distance = 0
		case begin <= len(wrong)/6:
			distance = min(distance, begin)
		case sameLetters(wrong, lower):
			distance = min(distance, most)
		}
		if distance <= most {
			distances[name] = distance
		}
	}
	near := slices.Sorted(maps.Keys(distances))
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(distances[a], distances[b]) })
	for i, name := range near {
		if i == maxSuggestions || distances[name] > distances[near[0]]+1 {
			return near[:i]
		}
	}
	return near
}

// sameLetters reports whether two names differ only in the order of their letters.
func sameLetters(a, b string) bool {
	return len(a) == len(b) && slices.Equal(slices.Sorted(slices.Values([]byte(a))), slices.Sorted(slices.Values([]byte(b))))
}
