package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

var start = time.Date(2026, 11, 1, 2, 30, 0, 0, time.UTC)

// reportAt is a report of a cluster, some days after the start, in which deployments have
// findings of one check.
func reportAt(days float64, names ...string) *api.Report {
	r := api.New()
	r.Metadata = api.Metadata{Name: "prod-eu", CreationTimestamp: metav1.NewTime(start.Add(time.Duration(days * 24 * float64(time.Hour))))}
	r.Scope.AllNamespaces = true
	r.Checks = []api.Check{{ID: "pod-unready", Severity: api.High, Outcome: api.Fail}}
	for _, name := range []string{"cart", "web"} {
		r.Subjects = append(r.Subjects, api.Subject{Object: deployment(name)})
	}
	for _, name := range names {
		r.Findings = append(r.Findings, api.Finding{
			Check: "pod-unready", Severity: api.High, Object: deployment(name), Message: "2 of 3 pods",
			Fingerprint: api.Fingerprint("pod-unready", deployment(name)),
		})
		r.Summary.Findings.High++
	}
	return r
}

func deployment(name string) api.Object {
	return api.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "shop", Name: name}
}

func appendAll(t *testing.T, d Directory, reports ...*api.Report) {
	t.Helper()
	for _, r := range reports {
		if err := d.Append(r); err != nil {
			t.Fatal(err)
		}
	}
}

func tell(t *testing.T, d Directory) *api.History {
	t.Helper()
	h, err := d.Tell(Query{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestSeriesKeepApart(t *testing.T) {
	d := Directory(t.TempDir())
	named := func(name string, scope api.Scope) *api.Report {
		r := reportAt(0, "web")
		r.Metadata.Name, r.Scope = name, scope
		return r
	}
	all := api.Scope{AllNamespaces: true}
	appendAll(t, d,
		named("prod/eu", all), named("prod_eu", all), named("prod_eu", api.Scope{Namespaces: []string{"shop"}}),
		named("prod_eu", api.Scope{AllNamespaces: true, Selector: "app=web"}), named("..", all), named(strings.Repeat("long", 99), all), named("", all))
	series, err := d.series()
	if err != nil {
		t.Fatal(err)
	}
	if len(series) != 7 {
		t.Errorf("%d series: %q", len(series), series)
	}
	h := tell(t, d)
	if len(h.Items) != 7 {
		t.Errorf("%d runs", len(h.Items))
	}
	for _, run := range h.Items {
		if run.New != nil {
			t.Errorf("%s is compared with a run of another series", run.Name)
		}
	}
}

// An entry that is cut at any length, as after a crash of the system, costs itself alone.
func TestCutEntries(t *testing.T) {
	d := Directory(t.TempDir())
	appendAll(t, d, reportAt(0, "web"), reportAt(1, "web"), reportAt(2, "web", "cart"))
	series, err := d.series()
	if err != nil {
		t.Fatal(err)
	}
	found, err := list(series[0])
	if err != nil {
		t.Fatal(err)
	}
	last := found.complete[2]
	whole, err := os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	damaged, intact := 0, 0
	for n := range whole {
		if err := os.WriteFile(last, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		now := reportAt(3, "web")
		problems, err := d.Mark(now)
		switch {
		case err != nil:
			t.Fatalf("%d bytes: %v", n, err)
		case len(problems) == 0:
			intact++
		case strings.HasPrefix(problems[0].Reason, "damaged: "):
			damaged++
		}
		if first := now.Findings[0].FirstSeen; !first.Time.Equal(start) {
			t.Fatalf("%d bytes: first seen at %s", n, first)
		}
	}
	if h := tell(t, d); len(h.Items)+len(h.NotRead) != 3 {
		t.Errorf("%d runs, not read: %v", len(h.Items), h.NotRead)
	}
	if damaged == 0 || intact == 0 || damaged+intact != len(whole) {
		t.Errorf("%d are damaged and %d have a complete outline", damaged, intact)
	}
}

// cut damages an entry.
func cut(t *testing.T, d Directory, number int) {
	t.Helper()
	series, err := d.series()
	if err != nil {
		t.Fatal(err)
	}
	found, err := list(series[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(found.complete[number], 40); err != nil {
		t.Fatal(err)
	}
}

// Other bytes are no entry either.
func TestForeignFiles(t *testing.T) {
	d := Directory(t.TempDir())
	appendAll(t, d, reportAt(0, "web"))
	series, err := d.series()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"notes.txt", ".20261102T023000Z-1.json.gz", "20261103T023000Z-1.json.gz", "20261399T023000Z-1.json.gz"} {
		if err := os.WriteFile(filepath.Join(series[0], name), []byte("no entry"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(string(d), "README"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"null", "{}", `[]`, `{"apiVersion": "prodcheck/v1alpha1", "kind": "Report", "findings": [{"severity": "worst"}]}`,
		`{"apiVersion": "prodcheck/v1alpha1", "kind": "Report", "memory": {"gone": [{"severity": "high", "check": "\u001b[2J"}]}}`} {
		if err := os.WriteFile(filepath.Join(series[0], fmt.Sprintf("20261104T02300%dZ-1.json.gz", i)), packed(t, []byte(text)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The sums of the last one could be those of a run.
	if h := tell(t, d); len(h.Items) != 2 || len(h.NotRead) != 5 {
		t.Errorf("%d runs, not read: %v", len(h.Items), h.NotRead)
	}
	if h, err := d.Tell(Query{Namespace: "shop"}); err != nil || len(h.NotRead) != 6 {
		t.Errorf("%+v, %v", h, err)
	}
	if problems, err := d.Mark(reportAt(9, "web")); err != nil || len(problems) != 6 {
		t.Errorf("%v, %v", problems, err)
	}
}

// limited is a file on a disk with little room.
type limited struct {
	*os.File
	room int
}

var errNoSpace = errors.New("no space left on device")

func (f *limited) Write(p []byte) (int, error) {
	n := min(len(p), f.room)
	f.room -= n
	n, err := f.File.Write(p[:n])
	if err == nil && n < len(p) {
		err = errNoSpace
	}
	return n, err
}

// Where a disk is full, nothing of the report stays, and what was there does.
func TestFullDisk(t *testing.T) {
	d := Directory(t.TempDir())
	appendAll(t, d, reportAt(0, "web"))
	for room := range 400 {
		err := d.append(reportAt(1, "web"), func(name string) (file, error) {
			f, err := os.Create(name)
			return &limited{f, room}, err
		})
		if !errors.Is(err, errNoSpace) {
			t.Fatalf("room for %d bytes: %v", room, err)
		}
	}
	series, err := d.series()
	if err != nil {
		t.Fatal(err)
	}
	if found, err := list(series[0]); err != nil || len(found.complete) != 1 || len(found.begun) != 0 {
		t.Errorf("%v, %v", found, err)
	}
}

// Writers do not wait for each other, even within the same second, and somebody may remove
// old entries meanwhile.
func TestManyWriters(t *testing.T) {
	d := Directory(t.TempDir())
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for n := range 10 {
				if err := d.Append(reportAt(float64(n), "web")); err != nil {
					t.Errorf("writer %d: %v", i, err)
				}
				if _, err := d.Mark(reportAt(float64(n)+0.5, "web")); err != nil {
					t.Errorf("reader %d: %v", i, err)
				}
				if err := d.Prune(start, start.AddDate(0, 0, n)); err != nil {
					t.Errorf("writer %d: %v", i, err)
				}
			}
		})
	}
	writers.Wait()
	if h := tell(t, d); len(h.Items) != 80 || len(h.NotRead) > 0 {
		t.Errorf("%d runs, not read: %v", len(h.Items), h.NotRead)
	}
}

func TestPrune(t *testing.T) {
	d := Directory(t.TempDir())
	for day := range 10 {
		appendAll(t, d, reportAt(float64(day)))
	}
	series, err := d.series()
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []int{7, 9} {
		at := start.AddDate(0, 0, day)
		name := filepath.Join(series[0], fmt.Sprintf(".%s-1%s", at.Format(timeFormat), extension))
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Prune(start.AddDate(0, 0, 4), start.AddDate(0, 0, 9)); err != nil {
		t.Fatal(err)
	}
	if h := tell(t, d); len(h.Items) != 6 || !h.Items[0].CreationTimestamp.Time.Equal(start.AddDate(0, 0, 4)) {
		t.Errorf("%d runs, from %s", len(h.Items), h.Items[0].CreationTimestamp)
	}
	if found, err := list(series[0]); err != nil || len(found.begun) != 1 {
		t.Errorf("begun: %v, %v", found.begun, err)
	}
}

func TestErrorsNameTheFile(t *testing.T) {
	if _, err := Directory(filepath.Join(t.TempDir(), "none")).Tell(Query{}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "none: ") {
		t.Errorf("%v", err)
	}
	occupied := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(occupied, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Directory(occupied).Append(reportAt(0)); err == nil || !strings.HasPrefix(err.Error(), "history: "+occupied) {
		t.Errorf("%v", err)
	}
}
