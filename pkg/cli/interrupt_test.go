package cli

import (
	"bytes"
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

// start runs the command. The returned function waits for it.
func start(in io.Reader, args ...string) (wait func() *outcome) {
	var o outcome
	done := make(chan struct{})
	go func() {
		defer close(done)
		o.status = run(append([]string{"kubectl-prodcheck"}, args...),
			genericiooptions.IOStreams{In: in, Out: &o.out, ErrOut: &o.errOut})
	}()
	return func() *outcome {
		<-done
		return &o
	}
}

// interrupt sends the signal of Ctrl-C.
func interrupt(t *testing.T) {
	t.Helper()
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(os.Interrupt); err != nil {
		t.Skip("no signals here: ", err)
	}
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
			wait := start(nil, "-A", "-o", "json")
			server.await(stalled)
			interrupt(t)
			wait().expectInterrupted(t)
		})
	}
}

// After an interrupt, nothing is shown, not even the clusters that were read
// before.
func TestInterruptWhileReadingClusters(t *testing.T) {
	server := useAPIServer(t, onePod, map[string]string{"pods": "stall"})
	wait := start(nil, "--all-contexts", "-A")
	server.await("pods")
	interrupt(t)
	wait().expectInterrupted(t)
}

func TestInterruptWhileReadingStandardInput(t *testing.T) {
	in := &endless{reading: make(chan struct{})}
	wait := start(in, "-f", "-")
	<-in.reading
	interrupt(t)
	wait().expectInterrupted(t)
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
	wait := start(nil, "snapshot", dir+"/cluster.jsonl", "-A")
	server.await("jobs")
	interrupt(t)
	wait().expectInterrupted(t)
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
