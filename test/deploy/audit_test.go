package deploy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

var buildOnce = sync.OnceValues(func() ([]byte, error) {
	build := exec.Command("go", "build", "-C", root, "-trimpath", "-o", "bin/deploy/", "./cmd/kubectl-prodcheck")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	return build.CombinedOutput()
})

// prodcheck builds the plugin and returns its path.
func prodcheck(t *testing.T) string {
	t.Helper()
	if out, err := buildOnce(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return filepath.Join(root, "bin", "deploy", "kubectl-prodcheck")
}

// The shipped objects pass their own audit in every configuration.
func TestNothingIsFoundInWhatIsShipped(t *testing.T) {
	pinned := values{"image": map[string]any{"digest": "sha256:" + strings.Repeat("0a", 32)}}
	for name, manifests := range map[string]string{
		"base":   kustomized(t, "base"),
		"serve":  kustomized(t, "serve"),
		"chart":  templated(t, values{}),
		"strict": templated(t, pinned),
		"full":   templated(t, full),
		"shards": templated(t, sharded),
		"kept":   templated(t, kept),
		"watch":  watching(t, "base"),
	} {
		t.Run(name, func(t *testing.T) {
			profile := "production"
			if strings.Contains(manifests, "@sha256:") {
				profile = "strict"
			}
			audit := exec.Command(prodcheck(t), "-f", "-", "-A", "-o", "json", "--profile", profile)
			audit.Stdin = strings.NewReader(manifests)
			out, err := audit.Output()
			if err != nil {
				t.Fatal(err)
			}
			r := api.New()
			if err := json.Unmarshal(out, r); err != nil {
				t.Fatal(err)
			}
			if r.Summary.Subjects.Workloads != 1 || r.Summary.Score.Score == nil {
				t.Fatalf("it judged %+v", r.Summary)
			}
			for _, f := range r.Findings {
				t.Errorf("%s %s %s %s: %s", f.Severity, f.Check, f.Object.Kind, f.Object.Name, f.Message)
			}
		})
	}
}
