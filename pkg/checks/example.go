package checks

import (
	"regexp"
	"slices"
	"strings"
)

// Example returns a fixture of a check, "bad" or "good" for one, without the
// comments that only its test reads.
func Example(id, name string) (string, bool) {
	for _, check := range All() {
		if check.ID != id {
			continue
		}
		text, err := fixtures[check.Category].ReadFile("testdata/" + id + "/" + name + ".yaml")
		if err != nil {
			return "", false
		}
		return wantComment.ReplaceAllString(string(text), ""), true
	}
	return "", false
}

// Cases are the names of all fixtures of a check, sorted.
func Cases(id string) []string {
	var names []string
	for _, check := range All() {
		if check.ID != id {
			continue
		}
		files, err := fixtures[check.Category].ReadDir("testdata/" + id)
		if err != nil {
			return nil
		}
		for _, file := range files {
			names = append(names, strings.TrimSuffix(file.Name(), ".yaml"))
		}
	}
	slices.Sort(names)
	return names
}

// wantComment is "# want high `pattern`" at the end of a line.
var wantComment = regexp.MustCompile("(?m)[ \t]*# want (?:([a-z]+) )?`([^`]*)`[ \t]*$")
