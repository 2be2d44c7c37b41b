//go:build integration

// Package steps counts what an audit does for clusters of growing size.
package steps

import (
	"maps"
	"math"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/test/lists"
)

const module = "github.com/prodcheck/kubectl-prodcheck/"

// measured lists the packages in which steps are counted. A loop in a package of Go is
// seen by what it calls here, such as a comparison. Without main, no counter is written.
var measured = []string{module + "cmd/...", module + "internal/...", module + "pkg/..."}

// program is the command, built so that it counts how often each block is executed.
type program struct {
	path      string
	functions map[string][]function
	dirs      map[string]string
}

func build(t *testing.T) *program {
	t.Helper()
	p := &program{path: filepath.Join(t.TempDir(), "kubectl-prodcheck"), functions: map[string][]function{}, dirs: map[string]string{}}
	cmd := exec.Command("go", "build", "-cover", "-covermode=atomic", "-coverpkg="+strings.Join(measured, ","), "-o", p.path, "../../cmd/kubectl-prodcheck")
	// As make builds, so that the build cache is shared.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-trimpath")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command("go", append([]string{"list", "-f", "{{.ImportPath}} {{.Dir}}"}, measured...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		name, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		p.dirs[name] = dir
	}
	return p
}

// dirOf is the directory of a file that is named by its package.
func (p *program) dirOf(t *testing.T, file string) string {
	t.Helper()
	dir, known := p.dirs[file[:strings.LastIndex(file, "/")]]
	if !known {
		t.Fatalf("%s is in no package that is measured", file)
	}
	return dir
}

// once audits a cluster of some size, and returns what was counted meanwhile.
func (p *program) once(t *testing.T, s sizes, everyWay bool) counters {
	t.Helper()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Mkdir(in("counted"), 0o700); err != nil {
		t.Fatal(err)
	}
	content := s.cluster()
	if err := os.WriteFile(in("cluster.yaml"), content.text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	objects, err := lists.Parse(content.text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(lists.Server(objects, lists.ByKey))
	defer server.Close()
	run := func(args ...string) {
		cmd := exec.Command(p.path, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOCOVERDIR="+in("counted"), "KUBECONFIG="+in("none"), "PRODCHECK_CONFIG=", "GOMAXPROCS=1", "HOME="+dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args, err, out)
		}
	}
	// Small pages let the lists advance together, namespace by namespace.
	audit := []string{"-A", "--server", server.URL, "--chunk-size=20"}
	run(append(audit, "--profile=strict", "--secrets", "-o", "wide",
		"-o", "csv=csv", "-o", "github=github", "-o", "gitlab=gitlab", "-o", "html=html", "-o", "json=json", "-o", "junit=junit", "-o", "markdown=markdown",
		"-o", "prometheus=prometheus", "-o", "sarif=sarif", "-o", "yaml=yaml")...)
	if everyWay {
		// A schedule that is due between two audits would make findings come and go.
		files := []string{"-A", "-f", "cluster.yaml", "--assume-complete", "--as-of=2026-11-21T12:00:00Z", "--history", "history"}
		run(append(files, "-o", "json=before")...)
		run(append(files, "--baseline", "before", "-o", "html=html")...)
		run("diff", "before", "before", "-o", "wide")
		run("snapshot", "-A", "--server", server.URL, "snapshot")
		run(append(audit, "--shard=1/2", "-o", "json=1")...)
		run(append(audit, "--shard=2/2", "-o", "json=2")...)
		run("merge", "1", "2")
	}
	return p.read(t, in("counted"))
}

// least is the size of what grows. It then doubles three times.
const (
	least   = 20
	doubled = 3
)

// TestSteps counts how often each function executes its blocks while one thing grows.
// Workloads, with all that belongs to them, are audited in every way.
func TestSteps(t *testing.T) {
	p := build(t)
	for name, grow := range map[string]func(n int) sizes{
		"bare pods":              func(n int) sizes { return sizes{bare: n} },
		"configs":                func(n int) sizes { return sizes{configs: n} },
		"configs with their use": func(n int) sizes { return sizes{configs: n, variables: n} },
		"events":                 func(n int) sizes { return sizes{events: n} },
		"jobs":                   func(n int) sizes { return sizes{jobs: n} },
		"namespaces":             func(n int) sizes { return sizes{namespaces: n} },
		"nodes with their pods":  func(n int) sizes { return sizes{nodes: n, pods: n} },
		"pods of a workload":     func(n int) sizes { return sizes{pods: n} },
		"policies":               func(n int) sizes { return sizes{policies: n} },
		"revisions":              func(n int) sizes { return sizes{revisions: n} },
		"services":               func(n int) sizes { return sizes{services: n} },
		"workloads":              func(n int) sizes { return sizes{workloads: n} },
	} {
		t.Run(name, func(t *testing.T) {
			growths, total := map[string]growth{}, int64(0)
			for i := range doubled + 1 {
				for f, n := range p.once(t, grow(least<<i), name == "workloads") {
					g := growths[f]
					g[i] = n
					growths[f] = g
					total += n
				}
			}
			if total == 0 {
				t.Error("nothing was counted")
			}
			if portions := growths["pkg/audit.Audit.Judge"][doubled]; name == "namespaces" && portions < 2 {
				t.Errorf("%d portions before the last", portions)
			}
			for _, f := range slices.Sorted(maps.Keys(growths)) {
				if growths[f].tooFast() && !strings.HasPrefix(f, waiting) {
					t.Errorf("%s: %d steps while there are %d and more", f, growths[f], least)
				}
			}
		})
	}
}

// waiting is how functions begin that lists call when they wait for each other: how often
// each of them looks depends on time. There is a look of each list for each page.
const waiting = "internal/source/live.lockstep."

// growth counts how often something is done at each size.
type growth [doubled + 1]int64

// few is the number of steps for each of what grows that is never too much.
const few = 2

// tooFast reports whether a count grows faster than n log n: whenever the size doubles,
// it grows by much more than twice as much as the time before. With n² that is four times.
// A jump is none: a text that reaches its greatest length, or the order of a map.
func (g growth) tooFast() bool {
	for i := 2; i < len(g); i++ {
		// What does not grow may be a little less, or more, from one time to the next.
		before, now := max(g[i-1]-g[i-2], 0), g[i]-g[i-1]
		if never := int64(few * least << i); 10*now <= 26*before+10*never {
			return false
		}
	}
	return true
}

func TestGrowth(t *testing.T) {
	for name, test := range map[string]struct {
		of      func(n float64) float64
		tooFast bool
	}{
		"constant":              {func(float64) float64 { return 10_000 }, false},
		"linear":                {func(n float64) float64 { return 500 + 7*n }, false},
		"n log n":               {func(n float64) float64 { return 500 + 7*n*math.Log2(n) }, false},
		"jump":                  {func(n float64) float64 { return 7*n + 5_000*math.Floor(n/100) }, false},
		"square":                {func(n float64) float64 { return n * n }, true},
		"half of all pairs":     {func(n float64) float64 { return 20_000 + 9*n + n*(n-1)/2 }, true},
		"pairs of every second": {func(n float64) float64 { return 20_000 + n + n*n/4 }, true},
	} {
		var g growth
		for i := range g {
			g[i] = int64(test.of(float64(int(least) << i)))
		}
		if g.tooFast() != test.tooFast {
			t.Errorf("%s: %d: too fast is %v", name, g, !test.tooFast)
		}
	}
}
