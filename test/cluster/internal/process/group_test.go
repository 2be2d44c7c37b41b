package process

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

func startScript(t *testing.T, group *Group, script string) *Process {
	t.Helper()
	p, err := group.Start("script", exec.Command("sh", "-c", script))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestKillLeavesNothing(t *testing.T) {
	group := NewGroup(t.TempDir())
	p := startScript(t, group, "exec sleep 1000")
	group.Kill()
	if err := syscall.Kill(p.Pid(), 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d after Kill: %v", p.Pid(), err)
	}
}

func TestEndedSaysWhy(t *testing.T) {
	group := NewGroup(t.TempDir())
	startScript(t, group, "echo it is broken; exit 3")
	err := (<-group.Ended()).Failure()
	for _, want := range []string{"script stopped", "exit status 3", "it is broken"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

func TestAwait(t *testing.T) {
	never := func(context.Context) error { return errors.New("nobody is there") }
	for name, test := range map[string]struct {
		script string
		ready  func(context.Context) error
		want   string
	}{
		"ready":    {script: "exec sleep 1000", ready: func(context.Context) error { return nil }},
		"ended":    {script: "echo it is broken; exit 3", ready: never, want: "it is broken"},
		"too late": {script: "exec sleep 1000", ready: never, want: "nobody is there"},
	} {
		t.Run(name, func(t *testing.T) {
			group := NewGroup(t.TempDir())
			defer group.Kill()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			err := startScript(t, group, test.script).Await(ctx, test.ready)
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want an error that says %q", err, test.want)
			}
		})
	}
}
