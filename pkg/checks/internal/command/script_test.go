package command

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestScript(t *testing.T) {
	for _, test := range []struct {
		command, args []string
		want          string
	}{
		{want: ""},
		{command: []string{"server", "-c", "config"}, want: ""},
		{command: []string{"sh", "-c", "script"}, want: "script"},
		{command: []string{"/bin/sh", "-c"}, args: []string{"script", "name"}, want: "script"},
		{args: []string{"bash", "-ec", "script"}, want: "script"},
		{command: []string{"bash", "-euo", "pipefail", "-c", "script"}, want: "script"},
		{command: []string{"bash", "-euxoc", "pipefail", "script"}, want: "script"},
		{command: []string{"bash", "-c", "-e", "script"}, want: "script"},
		{command: []string{"bash", "-c", "--", "script"}, want: "script"},
		{command: []string{"bash", "--login", "+e", "-c", "script"}, want: "script"},
		{command: []string{"sh", "-e", "/start.sh", "-c", "no script"}, want: ""},
		{command: []string{"sh", "--", "-c", "no script"}, want: ""},
		{command: []string{"sh", "-c"}, want: ""},
		{command: []string{"sh", "-o"}, want: ""},
		{command: []string{"tini", "-g", "--", "env", "A=b", "bash", "-c", "script"}, want: "script"},
		{command: []string{"busybox", "sh", "-c", "script"}, want: "script"},
		{command: []string{"gosu", "sh", "sh", "-c", "script"}, want: "script"},
	} {
		c := &corev1.Container{Command: test.command, Args: test.args}
		if got := Script(c); got != test.want {
			t.Errorf("%q %q: %q, want %q", test.command, test.args, got, test.want)
		}
	}
}

// The script is always one of the words, and not the first.
func FuzzScript(f *testing.F) {
	f.Add("sh", "-c", "script")
	f.Add("tini", "bash", "-oc")
	f.Add("-", "sh", "+c")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		words := []string{"sh", a, b, c}
		if got := Script(&corev1.Container{Command: words[:2], Args: words[2:]}); got != "" && !slices.Contains(words[1:], got) {
			t.Errorf("%q: %q", words, got)
		}
	})
}
