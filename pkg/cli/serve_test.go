package cli

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// server is a running "serve".
type server struct {
	url       string
	lines     *bufio.Scanner
	interrupt context.CancelFunc
	status    chan int
}

// startServe runs serve on a free port, until it is interrupted.
func startServe(t *testing.T, args ...string) *server {
	t.Helper()
	reader, writer := io.Pipe()
	ctx, interrupt := context.WithCancel(context.Background())
	s := &server{lines: bufio.NewScanner(reader), interrupt: interrupt, status: make(chan int, 1)}
	go func() {
		args := append([]string{"kubectl-prodcheck", "serve", "--listen-address", "localhost:0"}, args...)
		s.status <- runUntil(ctx, args, genericiooptions.IOStreams{Out: io.Discard, ErrOut: writer})
		writer.Close()
	}()
	s.url = regexp.MustCompile(`https?://[^/]+`).FindString(s.line(t))
	if s.url == "" {
		t.Fatal("no address is told")
	}
	return s
}

// line awaits the next line on standard error.
func (s *server) line(t *testing.T) string {
	t.Helper()
	if !s.lines.Scan() {
		t.Fatal("standard error ended: ", s.lines.Err())
	}
	return s.lines.Text()
}

func (s *server) expect(t *testing.T, path string, wantStatus int, wantBody string) {
	t.Helper()
	response, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != wantStatus || !regexp.MustCompile(`(?m)`+wantBody).Match(body) {
		t.Errorf("%s: status %d, want %d and %q:\n%s", path, response.StatusCode, wantStatus, wantBody, body)
	}
}

// end interrupts the server. That is not a failure, and the server writes
// nothing more.
func (s *server) end(t *testing.T) {
	t.Helper()
	s.interrupt()
	for s.lines.Scan() {
		t.Errorf("an interrupted server says %q", s.lines.Text())
	}
	if status := <-s.status; status != statusOK {
		t.Errorf("status %d, want %d", status, statusOK)
	}
}

func TestServe(t *testing.T) {
	useAPIServer(t, onePod, nil)
	s := startServe(t, "-A", "--cluster-name", "prod-eu")
	if line := s.line(t); !regexp.MustCompile(`^audited in .+: 0 critical, 1 high, .+; the next audit starts in (1h0m0s|59m\d+s)$`).MatchString(line) {
		t.Error(line)
	}
	s.expect(t, "/", http.StatusOK, `report\.json`)
	s.expect(t, "/readyz", http.StatusOK, `^ok$`)
	s.expect(t, "/metrics", http.StatusOK, `^prodcheck_check_findings\{check="pod-without-owner",cluster="prod-eu",namespace="shop",severity="high"\} 1$`)
	s.expect(t, "/report.json", http.StatusOK, `"check": "pod-without-owner"`)
	s.end(t)
}

func TestServeWithAHistory(t *testing.T) {
	useAPIServer(t, onePod, nil)
	past := t.TempDir()
	before := start(nil, "-A", "--cluster-name", "prod-eu", "--history", past, "--check", "job-*", "--as-of", "2026-11-20T12:00:00Z").wait()
	if before.status != statusOK {
		t.Fatal(before.errOut)
	}
	s := startServe(t, "-A", "--cluster-name", "prod-eu", "--history", past)
	s.line(t)
	s.expect(t, "/metrics", http.StatusOK, `^prodcheck_changed_findings\{change="unknown",cluster="prod-eu",severity="high"\} 1$`)
	s.expect(t, "/report.json", http.StatusOK, `"firstSeen": "2026-11-21T12:00:00Z"`)
	s.end(t)
	if kept, err := filepath.Glob(filepath.Join(past, "prod-eu-all-*", "*.json.gz")); err != nil || len(kept) != 2 {
		t.Errorf("kept: %v, %v", kept, err)
	}
}

// While a cluster is watched, there are many reports, of which a few are kept.
func TestServeKeepsOneReportInEachInterval(t *testing.T) {
	o := ServeOptions{interval: time.Hour, IOStreams: genericiooptions.NewTestIOStreamsDiscard()}
	past := t.TempDir()
	o.live.judging.settings.History.Value = past
	began := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for minute := range 150 {
		r := api.New()
		r.Metadata.CreationTimestamp.Time = began.Add(time.Duration(minute) * time.Minute)
		o.remember(r, o.due(r))
		if (r.Changes != nil) != (minute > 0) {
			t.Errorf("minute %d: %+v", minute, r.Changes)
		}
	}
	if kept, err := filepath.Glob(filepath.Join(past, "*", "*.json.gz")); err != nil || len(kept) != 3 {
		t.Errorf("kept: %v, %v", kept, err)
	}
}

func TestServeWhileTheFirstAuditStalls(t *testing.T) {
	api := useAPIServer(t, onePod, map[string]string{"pods": "stall"})
	s := startServe(t, "-A")
	api.await("pods")
	s.expect(t, "/healthz", http.StatusOK, `^ok$`)
	s.expect(t, "/readyz", http.StatusServiceUnavailable, `no report yet`)
	s.expect(t, "/metrics", http.StatusOK, `^prodcheck_build_info\{cluster="test"`)
	s.end(t)
}

func TestServeAnAuditThatFails(t *testing.T) {
	useAPIServer(t, onePod, map[string]string{"version": "500"})
	s := startServe(t, "-A")
	const want = `Error from server (InternalError): an error on the server ("unknown") has prevented the request from succeeding; the next audit starts in 1m0s`
	if line := s.line(t); line != want {
		t.Errorf("%q, want %q", line, want)
	}
	s.expect(t, "/metrics", http.StatusOK, `^prodcheck_audit_success\{cluster="test"\} 0$`)
	s.end(t)
}

func TestServeOnAPortInUse(t *testing.T) {
	api := useAPIServer(t, onePod, nil)
	address := strings.TrimPrefix(api.URL, "http://")
	o := start(nil, "serve", "-A", "--listen-address", address).wait()
	// The rest is in words of the system.
	if want := "error: --listen-address " + address + ": bind: "; o.status != statusFailed || !strings.HasPrefix(o.errOut.String(), want) {
		t.Errorf("status %d and %q, want %d and %q", o.status, o.errOut.String(), statusFailed, want)
	}
	if len(api.requests) > 0 {
		t.Errorf("it was audited for nothing: %v", api.requests)
	}
}
