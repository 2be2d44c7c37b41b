package inventory

import (
	"strings"
	"testing"
)

func TestLastWords(t *testing.T) {
	long := strings.Repeat("é", maxWords+1)
	cut := strings.Repeat("é", maxLine) + "…"
	for message, want := range map[string]string{
		"":                                  "",
		"\n \n":                             "",
		"cannot open db:5432\n":             "cannot open db:5432",
		"panic: no config\n\ngoroutine 1\n": "panic: no config … goroutine 1",
		"a\r\nb\r\nc":                       "a … c",
		long:                                strings.Repeat("é", maxWords) + "…",
		long + "\n" + long:                  cut + " … " + cut,
	} {
		got := lastWords(message)
		if got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
		if again := lastWords(got); again != got {
			t.Errorf("%q becomes %q when it is cut again", got, again)
		}
	}
}
