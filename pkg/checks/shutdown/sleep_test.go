package shutdown

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

func TestSleepOf(t *testing.T) {
	exec := func(command ...string) *corev1.LifecycleHandler {
		return &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: command}}
	}
	sh := func(script string) *corev1.LifecycleHandler { return exec("/bin/sh", "-c", script) }
	for _, test := range []struct {
		name string
		hook *corev1.LifecycleHandler
		want time.Duration
	}{
		{"nothing", &corev1.LifecycleHandler{}, 0},
		{"no command", exec(), 0},
		{"a request", &corev1.LifecycleHandler{HTTPGet: &corev1.HTTPGetAction{}}, 0},
		{"the action", &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 15}}, 15 * time.Second},
		{"the command", exec("/bin/sleep", "15"), 15 * time.Second},
		{"units", exec("sleep", "1m", "5s", "0.5"), 65*time.Second + 500*time.Millisecond},
		{"forever", exec("sleep", "infinity"), longest},
		{"twice forever", exec("sleep", "infinity", "infinity"), longest},
		{"no number", exec("sleep", "a while"), 0},
		{"NaN", exec("sleep", "nan"), 0},
		{"less than nothing", exec("sleep", "-5"), 0},
		{"another command", exec("nginx", "-s", "quit"), 0},
		{"in a script", sh("sleep 15 && nginx -s quit"), 15 * time.Second},
		{"at its end", sh("nginx -s quit; sleep 15"), 15 * time.Second},
		{"twice", sh("sleep 5\nnginx -s quit\nsleep 10"), 15 * time.Second},
		{"in quotes", sh("sleep '5'"), 0},
		{"in the background", sh("sleep 15 & nginx -s quit"), 0},
		{"in a loop", sh("while pgrep app; do sleep 1; done"), 0},
		{"after a failure", sh("nginx -s quit || sleep 15"), 0},
		{"a variable", sh("sleep $DRAIN"), 0},
		{"no script", sh("sleep 15 &&"), 0},
	} {
		if got := sleepOf(test.hook); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func FuzzSleepOf(f *testing.F) {
	for _, seed := range []string{"sleep 15 && quit", "sleep 1e99", "sleep 0x10 -inf", "sleep 9d;sleep 9d", "((", "sleep m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, command := range [][]string{{"sh", "-c", text}, {"sleep", text}} {
			got := sleepOf(&corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: command}})
			if got < 0 || got > longest {
				t.Errorf("%q sleeps %v", command, got)
			}
		}
	})
}
