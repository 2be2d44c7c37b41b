package printers

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// terminal keeps everything that was written to its only line.
type terminal struct {
	mu      sync.Mutex
	written strings.Builder
}

func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.written.Write(p)
}

// line returns the line that a person sees.
func (t *terminal) line() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var line []rune
	column := 0
	for _, r := range t.written.String() {
		if r == '\r' {
			column = 0
			continue
		}
		line = append(line[:column], append([]rune{r}, line[min(column+1, len(line)):]...)...)
		column++
	}
	return strings.TrimRight(string(line), " ")
}

// expect fails unless the terminal shows a line after some time, by the clock of a
// synctest bubble.
func (t *terminal) expect(test *testing.T, after time.Duration, want string) {
	test.Helper()
	time.Sleep(after)
	synctest.Wait()
	if got := t.line(); got != want {
		test.Errorf("the terminal shows %q, want %q", got, want)
	}
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out terminal
		p := StartProgress(&out, 40, 1)
		out.expect(t, patience-1, "")
		out.expect(t, 1, "waiting for the server ...")
		p.Read("", "deployments.apps", 120, 0)
		p.Read("", "pods", 500, 19500)
		out.expect(t, refresh, "reading pods: 500 of 20000 ...")
		p.Read("", "pods", 20000, 0)
		p.Read("", "events", 1, 1)
		out.expect(t, refresh, "reading events: 1 of 2 ...")
		p.Read("", "events", 2, 0)
		out.expect(t, refresh, "reading pods: 20000 ...")
		p.Read("", "horizontalpodautoscalers.autoscaling", 1, 1000000)
		out.expect(t, refresh, "reading horizontalpodautoscalers.autosc")
		p.Stop()
		out.expect(t, 0, "")
	})
}

func TestProgressIsSilentWhenReadingIsQuick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := StartProgress(&out, 80, 1)
		p.Read("", "pods", 500, 19500)
		time.Sleep(patience - 1)
		p.Stop()
		if out.Len() > 0 {
			t.Errorf("it wrote %q", out.String())
		}
	})
}

func TestProgressWithSeveralClusters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out terminal
		p := StartProgress(&out, 80, 3)
		out.expect(t, patience, "0 of 3 clusters done, waiting for the server ...")
		p.Read("prod-eu", "pods", 500, 1500)
		p.Read("prod-us", "pods", 500, 19500)
		out.expect(t, patience, "0 of 3 clusters done, reading pods of prod-us: 500 of 20000 ...")
		p.Finish("prod-us")
		out.expect(t, patience, "1 of 3 clusters done, reading pods of prod-eu: 500 of 2000 ...")
		p.Read("prod\x1b[2J", "pods", 500, 9500)
		out.expect(t, patience, `1 of 3 clusters done, reading pods of prod\x1b[2J: 500 of 10000 ...`)
		p.Stop()
	})
}
