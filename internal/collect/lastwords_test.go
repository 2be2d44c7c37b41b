package collect

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
		"starting\npanic: no config\n\ngoroutine 1 [running]:\nmain.onError(0xc0)\n\t/app/main.go:7\nexit status 2": "panic: no config … exit status 2",
		"starting\npanic: no config\n\nmain.onError()":                                                              "panic: no config … main.onError()",
		"ready\nConnectException: db:5432\n\tat app.Main.fail(Main.java:3)\nCaused by: refused\n\t... 9 more":       "Caused by: refused … ... 9 more",
		"first\nError: told later\nFATAL: no database":                                                              "first … FATAL: no database",
		long:               strings.Repeat("é", maxWords) + "…",
		long + "\n" + long: cut + " … " + cut,
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
