package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

const (
	noPod = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
	// aService makes it worse.
	aService = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
	// aPod has no owner, and so a finding.
	aPod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, uid: a}\n"
)

// running is a running "watch".
type running struct {
	lines     *bufio.Scanner
	errOut    strings.Builder
	interrupt context.CancelFunc
	status    chan int
}

func startWatch(args ...string) *running {
	reader, writer := io.Pipe()
	ctx, interrupt := context.WithCancel(context.Background())
	w := &running{lines: bufio.NewScanner(reader), interrupt: interrupt, status: make(chan int, 1)}
	go func() {
		w.status <- runUntil(ctx, append([]string{"kubectl-prodcheck", "watch", "--check", "pod-without-owner"}, args...),
			genericiooptions.IOStreams{Out: writer, ErrOut: &w.errOut})
		writer.Close()
	}()
	return w
}

// expect awaits the next line.
func (w *running) expect(t *testing.T, want string) string {
	t.Helper()
	if !w.lines.Scan() {
		t.Fatalf("the output ended: %v; status %d: %s", w.lines.Err(), <-w.status, w.errOut.String())
	}
	if !regexp.MustCompile(want).MatchString(w.lines.Text()) {
		t.Errorf("the line is %q, want %q", w.lines.Text(), want)
	}
	return w.lines.Text()
}

func (w *running) end(t *testing.T, want int) {
	t.Helper()
	for w.lines.Scan() {
		t.Errorf("in the end it says %q", w.lines.Text())
	}
	if status := <-w.status; status != want {
		t.Errorf("status %d, want %d: %s", status, want, w.errOut.String())
	}
}

func TestWatch(t *testing.T) {
	server := useAPIServer(t, aPod, nil)
	w := startWatch("-A")
	w.expect(t, "^TIME +CHANGE +SEVERITY +NAMESPACE +CHECK +OBJECT +FINDING$")
	w.expect(t, `^2026-11-21T12:0\d:\d\dZ  open    high      shop          pod-without-owner +pod/web  `)
	server.happen("pods", "DELETED", aPod)
	w.expect(t, "Z  gone    high      shop ")
	server.happen("pods", "ADDED", strings.ReplaceAll(aPod, "web", "cart"))
	w.expect(t, "Z  new     high      shop +pod-without-owner +pod/cart ")
	w.interrupt()
	w.end(t, statusOK)
}

func TestWatchOneObject(t *testing.T) {
	cart := strings.NewReplacer("web", "cart", "uid: a", "uid: b").Replace(aPod)
	server := useAPIServer(t, aPod+"---\n"+cart, nil)
	w := startWatch("pod/web", "-n", "shop", "--no-headers")
	w.expect(t, "Z  open    high .* pod/web ")
	server.happen("pods", "DELETED", cart)
	server.happen("pods", "DELETED", aPod)
	w.expect(t, "Z  gone    high .* pod/web ")
	w.interrupt()
	w.end(t, statusOK)
}

// Each line is an object.
func TestWatchForPrograms(t *testing.T) {
	server := useAPIServer(t, aPod, nil)
	w := startWatch("-A", "-o", "json")
	w.expect(t, `"change":"same"`)
	server.happen("pods", "ADDED", strings.NewReplacer("web", "cart", "uid: a", "uid: b").Replace(aPod))
	var event api.FindingEvent
	if err := json.Unmarshal([]byte(w.expect(t, "^{.*}$")), &event); err != nil {
		t.Fatal(err)
	}
	if f := event.Finding; event.Kind != api.WatchKind || f.Change != api.ChangeNew || f.Object.Name != "cart" {
		t.Errorf("%+v", event)
	}
	w.interrupt()
	w.end(t, statusOK)
}

func TestWatchEndsWithItsGate(t *testing.T) {
	server := useAPIServer(t, strings.Replace(aPod, "uid: a", "uid: a, labels: {app: web}", 1), nil)
	w := startWatch("-A", "--fail-on=critical", "--no-headers")
	w.expect(t, "Z  open    high ")
	server.happen("services", "ADDED", aService)
	w.expect(t, "Z  worse   critical ")
	w.end(t, statusUnmet)
	if want := "error: the gate failed: 1 critical open, none may be critical\n"; w.errOut.String() != want {
		t.Errorf("it says %q, want %q", w.errOut.String(), want)
	}
}

func TestServeWatches(t *testing.T) {
	server := useAPIServer(t, noPod, nil)
	s := startServe(t, "-A", "--watch", "--check", "pod-without-owner")
	audited := regexp.MustCompile(`^audited in .+: 0 critical, (\d) high`)
	for i, want := range []string{"0", "1"} {
		if i == 1 {
			server.happen("pods", "ADDED", aPod)
		}
		if line := s.line(t); !audited.MatchString(line) || audited.FindStringSubmatch(line)[1] != want {
			t.Errorf("it says %q, want %s high", line, want)
		}
	}
	s.expect(t, "/metrics", http.StatusOK, `^prodcheck_check_findings\{check="pod-without-owner",cluster="test",namespace="shop",severity="high"\} 1$`)
	s.end(t)
}

// Reports of a history are as far apart as audits at an interval would be.
func TestServeWatchesWithAHistory(t *testing.T) {
	server := useAPIServer(t, noPod, nil)
	dir := t.TempDir()
	s := startServe(t, "-A", "--watch", "--check", "pod-without-owner", "--history", dir)
	s.line(t)
	server.happen("pods", "ADDED", aPod)
	s.line(t)
	s.expect(t, "/report.json", http.StatusOK, `"firstSeen": "2026-11-21T12:0`)
	s.end(t)
	o := start(nil, "history", dir, "-o", "json").wait()
	var kept struct{ Items []any }
	if err := json.Unmarshal(o.out.Bytes(), &kept); err != nil || len(kept.Items) != 1 {
		t.Errorf("%v, kept are %d reports: %s", err, len(kept.Items), o.errOut.String())
	}
}
