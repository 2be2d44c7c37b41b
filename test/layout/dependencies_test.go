package layout

import (
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
)

// Each direct dependency is named with its reason.
func TestDependenciesAreExplained(t *testing.T) {
	const document = "docs/architecture.md"
	text, err := os.ReadFile("../../" + document)
	if err != nil {
		t.Fatal(err)
	}
	_, reasons, found := strings.Cut(string(text), "\n## Dependencies\n")
	if !found {
		t.Fatalf("%s has no chapter on dependencies", document)
	}
	out, err := exec.Command("go", "mod", "edit", "-json", "../../go.mod").Output()
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &file); err != nil {
		t.Fatal(err)
	}
	for _, required := range file.Require {
		module := required.Path
		if !required.Indirect && !strings.Contains(reasons, "`"+module+"`") && !strings.Contains(reasons, "`"+path.Base(module)+"`") {
			t.Errorf("%s does not say what %s is for", document, module)
		}
	}
}
