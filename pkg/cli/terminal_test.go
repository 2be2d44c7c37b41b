package cli

import "testing"

func TestTerminalsThatShowLinks(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        bool
	}{
		{"TERM", "xterm-256color", false}, {"TERM", "linux", false}, {"TERM", "dumb", false}, {"TERM", "screen-256color", false},
		{"TERM", "xterm-kitty", true}, {"VTE_VERSION", "7600", true}, {"VTE_VERSION", "4601", false}, {"VTE_VERSION", "x", false},
		{"WT_SESSION", "0a1b", true}, {"TERM_PROGRAM", "iTerm.app", true}, {"TERM_PROGRAM", "tmux", false},
	} {
		getenv := func(name string) string {
			if name == test.name {
				return test.value
			}
			return ""
		}
		if got := showsLinks(getenv); got != test.want {
			t.Errorf("%s=%s: %v", test.name, test.value, got)
		}
	}
}
