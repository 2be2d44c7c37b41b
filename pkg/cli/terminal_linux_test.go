package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// pseudoTerminal is a terminal with a given width, its keyboard, and everything
// that was written to it.
type pseudoTerminal struct {
	device, keyboard *os.File
	transcript
}

// transcript is a writer whose content a test can wait for.
type transcript struct {
	mu      sync.Mutex
	changed *sync.Cond
	written bytes.Buffer
	ended   bool
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer t.changed.Broadcast()
	return t.written.Write(p)
}

// await waits until a text was written.
func (t *transcript) await(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !strings.Contains(t.written.String(), text) && !t.ended {
		t.changed.Wait()
	}
}

func (t *transcript) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.changed.Broadcast()
}

func openTerminal(t *testing.T, width uint16) *pseudoTerminal {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Skip("no pseudo-terminal here: ", err)
		}
	}
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	must(err)
	fd := int(master.Fd())
	must(unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	must(err)
	must(unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: width, Row: 24}))
	device, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	must(err)
	terminal := &pseudoTerminal{device: device, keyboard: master}
	terminal.changed = sync.NewCond(&terminal.mu)
	go func() {
		defer master.Close()
		defer terminal.end()
		_, _ = io.Copy(&terminal.transcript, master) // It ends with an error when the device is closed.
	}()
	return terminal
}

// all closes the terminal and returns everything that was written to it.
func (t *pseudoTerminal) all() string {
	t.device.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	for !t.ended {
		t.changed.Wait()
	}
	return strings.ReplaceAll(t.written.String(), "\r\n", "\n")
}

// The report has the width of the terminal, and each stream decides about its
// own colors.
func TestReportOnATerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("FORCE_HYPERLINK", "1")
	os.Unsetenv("NO_COLOR")
	terminal := openTerminal(t, 60)
	var errOut bytes.Buffer
	status := run([]string{"kubectl-prodcheck", "-f", clusterFile, "--as-of", "2026-11-21T12:00:00Z", "--check", "container-oom-killed"},
		genericiooptions.IOStreams{Out: terminal.device, ErrOut: &errOut})
	if status != statusOK {
		t.Errorf("status %d: %s", status, errOut.String())
	}
	out := terminal.all()
	if !strings.Contains(out, "\x1b[31;1mcritical") {
		t.Errorf("no colors on a terminal:\n%s", out)
	}
	if !strings.Contains(out, "\x1b]8;;https://github.com/prodcheck/kubectl-prodcheck/blob/main/docs/checks/container-oom-killed.md\x1b\\") {
		t.Errorf("no link on a terminal:\n%s", out)
	}
	for line := range strings.Lines(regexp.MustCompile("\x1b\\[[0-9;]*m|\x1b\\]8;;[^\x1b]*\x1b\\\\").ReplaceAllString(out, "")) {
		if len(line) > len("\n")+60 {
			t.Errorf("too long for the terminal: %q", line)
		}
	}
}

// Progress is written to standard error even if standard output is a file, and
// disappears at the end. Clusters that are read at once share its only line.
func TestProgressOnATerminal(t *testing.T) {
	for contexts, test := range map[string]struct{ shown, printed string }{
		"test":       {"reading ", "test "},
		"test,other": {"0 of 2 clusters done, reading ", " test other"},
	} {
		t.Run(contexts, func(t *testing.T) {
			server := useAPIServer(t, onePod, map[string]string{"pods": "stall"})
			terminal := openTerminal(t, 80)
			var out bytes.Buffer
			done := make(chan int)
			go func() {
				done <- run([]string{"kubectl-prodcheck", "-A", "-o", "jsonpath={.metadata.name} {.items[*].metadata.name}", "--context", contexts},
					genericiooptions.IOStreams{Out: &out, ErrOut: terminal.device})
			}()
			terminal.await(test.shown)
			server.endStalls()
			if status := <-done; status != statusOK {
				t.Errorf("status %d", status)
			}
			if out.String() != test.printed {
				t.Errorf("standard output is %q", out.String())
			}
			shown := terminal.all()
			lines := strings.Split(strings.TrimSuffix(shown, "\r"), "\r")
			if last := lines[len(lines)-1]; strings.TrimSpace(last) != "" {
				t.Errorf("the line that is left is %q of %q", last, shown)
			}
		})
	}
}
