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

// Nearest returns the names that the author of a wrong name may have meant, best
// first. A third of the characters may be wrong, and it may be only the
// beginning or another part of the name.
func Nearest(names []string, wrong string) []string {
	wrong = strings.ToLower(wrong)
	if wrong == "" {
		return nil
	}
	distances := map[string]int{}
	for _, name := range names {
		beginning := name[:min(len(wrong), len(name))]
		distance := min(levenshtein.ComputeDistance(wrong, name), levenshtein.ComputeDistance(wrong, beginning))
		if strings.Contains(name, wrong) {
			distance = 0
		}
		if distance <= max(2, len(wrong)/3) {
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
