package deploy

import (
	"path/filepath"
	"strings"
	"testing"
)

// schedule returns the page of the documentation.
func schedule(t *testing.T) string {
	t.Helper()
	return string(read(t, filepath.Join(root, "docs", "schedule.md")))
}

// The documentation shows Helm's own message about a wrong value.
func TestDocumentedWrongValue(t *testing.T) {
	_, err := template(values{"mode": "daemon"}, "default")
	if err == nil {
		t.Fatal("it renders")
	}
	want := "Error: INSTALLATION FAILED: " + strings.TrimSpace(err.Error()) + "\n```"
	if !strings.Contains(schedule(t), want) {
		t.Errorf("docs/schedule.md lacks:\n%s", want)
	}
}

// The kustomization in the documentation renders, with the changes that it
// promises.
func TestDocumentedKustomization(t *testing.T) {
	_, after, _ := strings.Cut(schedule(t), "```yaml\n")
	example, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("docs/schedule.md has no example")
	}
	const released = "https://github.com/prodcheck/kubectl-prodcheck/deploy/kustomize/base?ref=v0.1.0"
	if !strings.Contains(example, released) {
		t.Fatalf("it does not name %s", released)
	}
	text := mine(t, map[string]string{"kustomization.yaml": strings.Replace(example, released, "../base", 1)})
	for _, want := range []string{"schedule: 47 5 * * *", "- --profile=strict", "image: ghcr.io/prodcheck/kubectl-prodcheck@sha256:0123"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}
