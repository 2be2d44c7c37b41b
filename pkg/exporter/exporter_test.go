package exporter

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/metrics"
)

var startOfTime = time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC)

func newReport(score int) *api.Report {
	r := api.New()
	r.Metadata = api.Metadata{Name: "prod-eu", CreationTimestamp: metav1.NewTime(startOfTime)}
	r.Summary.Score = api.Score{Score: &score, Grade: "A"}
	r.Findings = []api.Finding{{Check: "job-failed", Severity: api.High}}
	return r
}

// scene is an exporter whose audits end when and how the test says.
type scene struct {
	*Exporter
	clock   *clocktesting.FakeClock
	started chan struct{}
	outcome chan any // *api.Report or error
	told    chan time.Duration
}

// run starts an exporter that audits every hour, for the rest of the test.
func run(t *testing.T) *scene {
	s := &scene{
		New("prod-eu", "v0.1.0"), clocktesting.NewFakeClock(startOfTime),
		make(chan struct{}), make(chan any), make(chan time.Duration),
	}
	s.Exporter.clock = s.clock
	s.Interval = time.Hour
	s.Audit = func(ctx context.Context) (*api.Report, error) {
		s.started <- struct{}{}
		select {
		case outcome := <-s.outcome:
			if err, failed := outcome.(error); failed {
				return nil, err
			}
			return outcome.(*api.Report), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	s.Done = func(_ metrics.Audit, _ error, next time.Duration) { s.told <- next }
	ctx, cancel := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	ended.Go(func() { s.Run(ctx) })
	t.Cleanup(func() { cancel(); ended.Wait() })
	return s
}

// end ends the running audit and returns the announced time until the next one.
func (s *scene) end(outcome any) time.Duration {
	s.outcome <- outcome
	return <-s.told
}

// sleep lets time pass while the exporter waits.
func (s *scene) sleep(d time.Duration) {
	for !s.clock.HasWaiters() {
		runtime.Gosched()
	}
	s.clock.Step(d)
}

func (s *scene) get(path string) (status int, body string) {
	recorder := httptest.NewRecorder()
	s.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	return recorder.Code, recorder.Body.String()
}

func (s *scene) expect(t *testing.T, path string, wantStatus int, wantBody ...string) {
	t.Helper()
	status, body := s.get(path)
	if status != wantStatus {
		t.Errorf("%s: status %d, want %d: %s", path, status, wantStatus, body)
	}
	for _, want := range wantBody {
		absent := strings.HasPrefix(want, "!")
		if strings.Contains(body, strings.TrimPrefix(want, "!")) == absent {
			t.Errorf("%s: %q in\n%s", path, want, body)
		}
	}
}

func TestTheLastReportStays(t *testing.T) {
	s := run(t)
	<-s.started
	s.expect(t, "/healthz", http.StatusOK, "ok")
	s.expect(t, "/readyz", http.StatusServiceUnavailable, "no report yet")
	s.expect(t, "/report.json", http.StatusServiceUnavailable, "no report yet")
	s.expect(t, "/metrics", http.StatusOK, `prodcheck_build_info{cluster="prod-eu",version="v0.1.0"} 1`, "!prodcheck_audit", "go_goroutines")

	s.clock.Step(90 * time.Second)
	if next := s.end(newReport(61)); next != time.Hour-90*time.Second {
		t.Errorf("the next audit starts in %s", next)
	}
	s.expect(t, "/readyz", http.StatusOK)
	first := []string{`prodcheck_score{cluster="prod-eu"} 61`, `prodcheck_audit_duration_seconds{cluster="prod-eu"} 90`, `prodcheck_audit_success{cluster="prod-eu"} 1`}
	s.expect(t, "/metrics", http.StatusOK, first...)

	s.sleep(time.Hour - 90*time.Second)
	<-s.started
	s.expect(t, "/metrics", http.StatusOK, first...)
	s.expect(t, "/report.json", http.StatusOK, `"score": 61`, "job-failed")
	s.end(newReport(62))
	s.expect(t, "/report.json", http.StatusOK, `"score": 62`)
	s.expect(t, "/metrics", http.StatusOK, `prodcheck_score{cluster="prod-eu"} 62`)
}

func TestAFailedAudit(t *testing.T) {
	s := run(t)
	<-s.started
	if next := s.end(errors.New("connection refused")); next != retryAfter {
		t.Errorf("tried again in %s", next)
	}
	s.expect(t, "/readyz", http.StatusServiceUnavailable)
	s.expect(t, "/metrics", http.StatusOK, `prodcheck_audit_success{cluster="prod-eu"} 0`, "!prodcheck_score")
	s.sleep(retryAfter)
	<-s.started
	s.end(newReport(61))
	s.sleep(time.Hour)
	<-s.started
	s.end(errors.New("connection refused"))
	s.expect(t, "/readyz", http.StatusOK)
	s.expect(t, "/report.json", http.StatusOK, `"score": 61`)
	s.expect(t, "/metrics", http.StatusOK, `prodcheck_audit_success{cluster="prod-eu"} 0`, `prodcheck_score{cluster="prod-eu"} 61`,
		`prodcheck_audit_last_success_timestamp_seconds{cluster="prod-eu"} 1.7952282e+09`)
}

// An audit that takes longer than the interval delays the next one.
func TestASlowAudit(t *testing.T) {
	s := run(t)
	<-s.started
	s.clock.Step(3 * time.Hour)
	select {
	case <-s.started:
		t.Fatal("two audits at a time")
	default:
	}
	if next := s.end(newReport(61)); next != 0 {
		t.Errorf("the next audit starts in %s", next)
	}
	s.sleep(0)
	<-s.started
}

func TestPaths(t *testing.T) {
	s := run(t)
	<-s.started
	s.expect(t, "/", http.StatusOK, `href="metrics"`, `href="report.json"`, `href="healthz"`, `href="readyz"`)
	s.expect(t, "/secrets", http.StatusNotFound)
	for path, want := range map[string]int{"/metrics": http.StatusMethodNotAllowed, "/report.json": http.StatusMethodNotAllowed, "/": http.StatusMethodNotAllowed} {
		recorder := httptest.NewRecorder()
		s.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, path, strings.NewReader("{}")))
		if recorder.Code != want {
			t.Errorf("POST %s: status %d, want %d", path, recorder.Code, want)
		}
	}
	recorder := httptest.NewRecorder()
	s.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodHead, "/healthz", nil))
	if recorder.Code != http.StatusOK {
		t.Errorf("HEAD: status %d", recorder.Code)
	}
}

func TestReportIsTheReport(t *testing.T) {
	s := run(t)
	<-s.started
	s.end(newReport(61))
	_, body := s.get("/report.json")
	var got api.Report
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if *got.Summary.Score.Score != 61 || len(got.Findings) != 1 {
		t.Errorf("%+v", got)
	}
	_, text := s.get("/metrics")
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// Requests and audits do not disturb each other.
func TestReadersWhileAuditsEnd(t *testing.T) {
	s := run(t)
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for _, path := range []string{"/metrics", "/report.json", "/readyz"} {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					s.get(path)
				}
			}
		})
	}
	for i := range 20 {
		<-s.started
		s.end(newReport(i))
		s.sleep(time.Hour)
	}
	close(stop)
	readers.Wait()
	<-s.started
}

func TestServeEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	started, ended := make(chan struct{}), make(chan struct{})
	e := New("prod-eu", "v0.1.0")
	e.Interval = time.Hour
	e.Done = func(metrics.Audit, error, time.Duration) { t.Error("an audit that was canceled failed") }
	e.Audit = func(ctx context.Context) (*api.Report, error) {
		close(started)
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	}
	served := make(chan error)
	go func() { served <- e.Serve(ctx, listener) }()
	<-started
	response, err := http.Get("http://" + listener.Addr().String() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
	select {
	case <-ended:
	default:
		t.Error("the audit continues")
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("connections are still accepted")
	}
}

func TestServeThatCannotAccept(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	e := New("prod-eu", "v0.1.0")
	e.Audit = func(ctx context.Context) (*api.Report, error) { <-ctx.Done(); return nil, ctx.Err() }
	if err := e.Serve(t.Context(), listener); err == nil {
		t.Error("no error")
	}
}

// While changes are not seen, the last report stays, and is a failure.
func TestFollow(t *testing.T) {
	e := New("prod-eu", "v0.1.0")
	clock := clocktesting.NewFakeClock(startOfTime)
	e.clock = clock
	told, seen := make(chan error), make(chan struct{})
	e.Done = func(_ metrics.Audit, failure error, _ time.Duration) {
		told <- failure
		<-seen
	}
	lost, ended := errors.New("changes are not seen"), errors.New("forbidden")
	e.Follow = func(_ context.Context, publish func(*api.Report, time.Duration, error)) error {
		publish(newReport(61), time.Second, nil)
		publish(nil, 0, lost)
		publish(newReport(62), 2*time.Second, nil)
		return ended
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { e.Run(ctx) })
	s := &scene{Exporter: e, clock: clock}
	for _, want := range []struct {
		failure error
		metrics []string
	}{
		{nil, []string{`prodcheck_score{cluster="prod-eu"} 61`, `prodcheck_audit_duration_seconds{cluster="prod-eu"} 1`, `prodcheck_audit_success{cluster="prod-eu"} 1`}},
		{lost, []string{`prodcheck_score{cluster="prod-eu"} 61`, `prodcheck_audit_success{cluster="prod-eu"} 0`}},
		{nil, []string{`prodcheck_score{cluster="prod-eu"} 62`, `prodcheck_audit_success{cluster="prod-eu"} 1`}},
		{ended, []string{`prodcheck_score{cluster="prod-eu"} 62`, `prodcheck_audit_success{cluster="prod-eu"} 0`}},
	} {
		if got := <-told; !errors.Is(got, want.failure) {
			t.Fatalf("failure is %v, want %v", got, want.failure)
		}
		s.expect(t, "/metrics", http.StatusOK, want.metrics...)
		seen <- struct{}{}
	}
	// It begins again after a minute.
	s.sleep(retryAfter)
	if got := <-told; got != nil {
		t.Errorf("failure is %v", got)
	}
	cancel()
	close(seen)
	go func() {
		for range told {
		}
	}()
	running.Wait()
	close(told)
}
