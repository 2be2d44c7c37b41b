package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

const onePod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n"

// outcome is the result of a run of the command.
type outcome struct {
	status      int
	out, errOut bytes.Buffer
}

// execution is a run of the command that may be interrupted.
type execution struct {
	interrupt context.CancelFunc
	done      chan struct{}
	outcome
}

// start runs the command.
func start(in io.Reader, args ...string) *execution {
	ctx, interrupt := context.WithCancel(context.Background())
	e := &execution{interrupt: interrupt, done: make(chan struct{})}
	go func() {
		defer close(e.done)
		e.status = runUntil(ctx, append([]string{"kubectl-prodcheck"}, args...),
			genericiooptions.IOStreams{In: in, Out: &e.out, ErrOut: &e.errOut})
	}()
	return e
}

func (e *execution) wait() *outcome {
	<-e.done
	return &e.outcome
}

func (o *outcome) expectInterrupted(t *testing.T) {
	t.Helper()
	if o.status != statusInterrupted {
		t.Errorf("status %d, want %d", o.status, statusInterrupted)
	}
	if o.out.Len()+o.errOut.Len() > 0 {
		t.Errorf("an interrupted run wrote %q and %q", o.out.String(), o.errOut.String())
	}
}

func TestInterruptWhileReadingACluster(t *testing.T) {
	for _, stalled := range []string{"version", "pods"} {
		t.Run(stalled, func(t *testing.T) {
			server := useAPIServer(t, onePod, map[string]string{stalled: "stall"})
			e := start(nil, "-A", "-o", "json")
			server.await(stalled)
			e.interrupt()
			e.wait().expectInterrupted(t)
		})
	}
}

// After an interrupt, nothing is shown, not even the clusters that were read
// before.
func TestInterruptWhileReadingClusters(t *testing.T) {
	server := useAPIServer(t, onePod, map[string]string{"pods": "stall"})
	e := start(nil, "--all-contexts", "-A")
	server.await("pods")
	e.interrupt()
	e.wait().expectInterrupted(t)
}

func TestInterruptWhileReadingStandardInput(t *testing.T) {
	in := &endless{reading: make(chan struct{})}
	e := start(in, "-f", "-")
	<-in.reading
	e.interrupt()
	e.wait().expectInterrupted(t)
}

// endless is an input that never comes.
type endless struct{ reading chan struct{} }

func (e *endless) Read([]byte) (int, error) {
	close(e.reading)
	select {}
}

func TestInterruptLeavesNoSnapshot(t *testing.T) {
	server := useAPIServer(t, onePod, map[string]string{"jobs": "stall"})
	dir := t.TempDir()
	e := start(nil, "snapshot", dir+"/cluster.jsonl", "-A")
	server.await("jobs")
	e.interrupt()
	e.wait().expectInterrupted(t)
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("the snapshot left %v", left)
	}
}

// A reader that stops reading does not change the exit status.
func TestClosedPipe(t *testing.T) {
	useAPIServer(t, onePod, nil)
	for name, want := range map[string]int{"--fail-on=info": statusUnmet, "--no-headers": statusOK} {
		t.Run(name, func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			reader.Close()
			defer writer.Close()
			var errOut bytes.Buffer
			status := run([]string{"kubectl-prodcheck", "-A", name}, genericiooptions.IOStreams{Out: writer, ErrOut: &errOut})
			if status != want {
				t.Errorf("status %d, want %d; stderr: %s", status, want, errOut.String())
			}
			if want == statusOK && errOut.Len() > 0 {
				t.Errorf("stderr: %s", errOut.String())
			}
		})
	}
}
