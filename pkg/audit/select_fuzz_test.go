package audit

import (
	"slices"
	"strings"
	"testing"
)

// FuzzSelect requires that a selection is what was asked for, or an error, but
// never empty.
func FuzzSelect(f *testing.F) {
	for _, seed := range [][3]string{
		{"container-*", "", ""}, {"[a", "*", "\\"}, {"", "**", "[^-"}, {"\xff", "é", strings.Repeat("a", 1000)}, {"[]a]", "[a-]", "?"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, check, skip, category string) {
		s := Selection{}
		for text, names := range map[string]*[]string{check: &s.Checks, skip: &s.Skip, category: &s.Categories} {
			if text != "" {
				*names = strings.Split(text, ",")
			}
		}
		selected, err := Select(selectable, s)
		switch {
		case err == nil && len(selected) == 0:
			t.Error("neither checks nor an error")
		case err != nil && len(selected) > 0:
			t.Errorf("both checks and an error: %v", err)
		case err != nil && strings.ContainsAny(err.Error(), "\n\r"):
			t.Errorf("more than one line: %q", err)
		}
		for _, c := range selected {
			if !slices.Contains(selectable, c) || slices.Contains(s.Skip, c.ID) {
				t.Errorf("%s was selected by %+v", c.ID, s)
			}
		}
	})
}
