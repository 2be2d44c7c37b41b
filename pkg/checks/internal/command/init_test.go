package command

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestShellAsInit(t *testing.T) {
	maybe := func(program, withExec string) *ShellInit {
		return &ShellInit{Shell: "sh", Program: program, WithExec: withExec}
	}
	stays := &ShellInit{Shell: "sh"}
	for _, test := range []struct {
		script string
		want   *ShellInit
	}{
		{"", nil},
		{"server", nil},
		{"server --port=80 2>&1", nil},
		{"exec server", nil},
		{"migrate && exec server", nil},
		{"cd /app; exec ./server", nil},
		{"export A=b\nexec server\necho never", nil},
		{"if [ -n \"$DEBUG\" ]; then exec debug; else exec server; fi", nil},
		{"case $ROLE in web) exec web;; *) exec worker;; esac", nil},
		{"trap 'kill $pid' TERM; server & pid=$!; wait $pid", nil},
		{"trap stop EXIT; server; true", nil},
		{"no && script (", nil},
		{"exit 3", nil},
		{"echo $(LEVEL) $(PLACE)", nil},
		{"echo $(level); true", nil},
		{"test -f /ready && exit 0; exit 3", nil},
		{"for i in 1 2; do printf '%s\\n' \"$i\"; done; true", nil},
		{"say() { echo \"$1\"; }; say a; say b", nil},

		{"migrate && server", maybe("server", "migrate && exec server")},
		{"cd /app; ./bin/server -v", maybe("server", "cd /app; exec ./bin/server -v")},
		{"set -e\nA=b server\n", maybe("server", "set -e\nA=b exec server\n")},
		{"one; $$(two)", maybe("a process", "one; exec $$(two)")},
		{"one || two", maybe("two", "one || exec two")},
		{"exec > /log\nserver", maybe("server", "exec > /log\nexec server")},
		{"if x; then exec debug; fi; server", maybe("server", "if x; then exec debug; fi; exec server")},

		{"echo $(date)", stays},
		{"echo $$(date)", stays},
		{". /env; true", stays},
		{"server | tee /log", stays},
		{"server; exit $?", stays},
		{"while true; do work; sleep 5; done", stays},
		{"server & worker & wait -n", stays},
		{"(exec server)", stays},
		{"exec server | tee /log", stays},
		{"trap 'echo reload' HUP; server; true", stays},
		{". /env; start() { exec server; }; start &", stays},
	} {
		t.Run(test.script, func(t *testing.T) {
			c := &corev1.Container{
				Command: []string{"/bin/sh", "-c", test.script}, Env: []corev1.EnvVar{{Name: "level"}},
			}
			if diff := cmp.Diff(test.want, ShellAsInit(c)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Only a shell that is the first process itself is judged.
func TestFirstProgram(t *testing.T) {
	const script = "migrate; server"
	for _, test := range []struct {
		command, args []string
		want          string
	}{
		{command: []string{"bash", "-c", script}, want: "bash"},
		{command: []string{"/bin/ash", "-c"}, args: []string{script}, want: "ash"},
		{command: []string{"env", "A=b", "sh", "-c", script}, want: "sh"},
		{command: []string{"tini", "--", "sh", "-c", script}},
		{command: []string{"dumb-init", "sh", "-c", script}},
		{command: []string{"server", "sh", "-c", script}},
		{command: []string{"sh", "/start.sh"}},
		// The image's entrypoint may be an init, or anything else.
		{args: []string{"sh", "-c", script}},
		{},
	} {
		got := ""
		if found := ShellAsInit(&corev1.Container{Command: test.command, Args: test.args}); found != nil {
			got = found.Shell
		}
		if got != test.want {
			t.Errorf("%q %q: %q, want %q", test.command, test.args, got, test.want)
		}
	}
}

// What is proposed runs the same words, and needs no second exec.
func FuzzShellAsInit(f *testing.F) {
	for _, script := range []string{"a; b", "a && b || c", "a | b", "A=b c", "a\nb # c", "{ a; }; b >&2", "a; ! b", "a; $(b)", "a; >x", "()a"} {
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script string) {
		found := ShellAsInit(&corev1.Container{Command: []string{"sh", "-c", script}})
		if found == nil {
			return
		}
		if (found.Program == "") != (found.WithExec == "") || strings.Contains(found.Program, unknown) {
			t.Errorf("%q runs %q", script, found.Program)
		}
		if found.WithExec == "" {
			return
		}
		if again := ShellAsInit(&corev1.Container{Command: []string{"sh", "-c", found.WithExec}}); again != nil {
			t.Errorf("%q becomes %q, which is %+v", script, found.WithExec, again)
		}
	})
}
