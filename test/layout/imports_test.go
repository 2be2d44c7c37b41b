// Package layout holds the project to its architecture.
package layout

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/prodcheck/kubectl-prodcheck/"

// layers are the packages in the direction of imports: each may import only
// those after it that it names.
var layers = map[string][]string{
	"cmd":                 {"pkg/cli", "pkg/checks"},
	"pkg/cli":             {"pkg/checkdoc", "pkg/mask", "pkg/exporter", "pkg/printers", "pkg/metrics", "pkg/config", "pkg/report", "pkg/audit", "pkg/inventory"},
	"pkg/exporter":        {"pkg/printers", "pkg/metrics", "pkg/report"},
	"pkg/printers":        {"pkg/report", "pkg/audit"},
	"pkg/metrics":         {"pkg/report"},
	"pkg/checks":          {"pkg/audit", "pkg/inventory", "pkg/report", "pkg/mask", "pkg/envname"},
	"pkg/config":          {"pkg/audit", "pkg/report"},
	"pkg/audit":           {"pkg/inventory", "pkg/report"},
	"pkg/checkdoc":        {"pkg/printers", "pkg/audit", "pkg/inventory"},
	"pkg/audit/audittest": {"pkg/checkdoc", "pkg/audit", "pkg/inventory", "pkg/report"},
	"pkg/inventory":       {"pkg/mask"},
	"pkg/mask":            {"pkg/envname"},
	"pkg/envname":         {},
	"pkg/report":          {},
	"test":                {"pkg", "test"},
}

// forbidden are libraries that a layer must not know: logic without a command
// line, reports without a network.
var forbidden = map[string][]string{
	"pkg/audit":    {"github.com/spf13/cobra", "k8s.io/client-go", "k8s.io/cli-runtime"},
	"pkg/checks":   {"github.com/spf13/cobra", "k8s.io/client-go", "k8s.io/cli-runtime"},
	"pkg/report":   {"github.com/spf13/cobra", "k8s.io/client-go", "k8s.io/cli-runtime"},
	"pkg/config":   {"github.com/spf13/cobra", "k8s.io/client-go", "k8s.io/cli-runtime"},
	"pkg/exporter": {"github.com/spf13/cobra", "k8s.io/client-go"},
	"pkg/metrics":  {"github.com/spf13/cobra", "k8s.io/client-go", "k8s.io/cli-runtime"},
	"pkg/printers": {"github.com/spf13/cobra", "k8s.io/client-go"},
}

func TestImportsPointOneWay(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); seen++ {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		path := strings.TrimPrefix(p.ImportPath, module)
		layer := layerOf(path)
		if layer == "" {
			t.Errorf("%s belongs to no layer", path)
			continue
		}
		for _, imported := range p.Imports {
			if inner, ours := strings.CutPrefix(imported, module); ours {
				if !under(inner, append(layers[layer], layer)) {
					t.Errorf("%s imports %s", path, inner)
				}
			} else if under(imported, forbidden[layer]) {
				t.Errorf("%s imports %s", path, imported)
			}
		}
	}
	if seen < len(layers) {
		t.Errorf("only %d packages", seen)
	}
}

// layerOf is the innermost layer that a package is in.
func layerOf(path string) string {
	innermost := ""
	for layer := range layers {
		if len(layer) > len(innermost) && under(path, []string{layer}) {
			innermost = layer
		}
	}
	return innermost
}

func under(path string, parents []string) bool {
	return slices.ContainsFunc(parents, func(parent string) bool {
		return path == parent || strings.HasPrefix(path, parent+"/")
	})
}
