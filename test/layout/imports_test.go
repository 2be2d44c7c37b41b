// Package layout checks the project against its architecture.
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
	"cmd":                   {"pkg/cli", "pkg/checks"},
	"pkg/cli":               {"internal/fileerror", "internal/manifest", "internal/source/live", "internal/source/files", "internal/kinds", "pkg/checkdoc", "pkg/mask", "pkg/exporter", "pkg/history", "pkg/compare", "pkg/printers", "pkg/metrics", "pkg/config", "pkg/api", "pkg/audit", "pkg/inventory"},
	"pkg/exporter":          {"pkg/printers", "pkg/metrics", "pkg/api"},
	"pkg/printers":          {"internal/fileerror", "pkg/api"},
	"pkg/metrics":           {"pkg/api"},
	"pkg/checks":            {"pkg/audit", "pkg/inventory", "pkg/api", "pkg/mask", "pkg/envname"},
	"pkg/checks/internal":   {"pkg/audit", "pkg/inventory", "pkg/api"},
	"pkg/history":           {"internal/fileerror", "pkg/compare", "pkg/api"},
	"pkg/compare":           {"pkg/api"},
	"pkg/config":            {"internal/fileerror", "pkg/audit", "pkg/api"},
	"pkg/audit":             {"pkg/inventory", "pkg/api"},
	"pkg/checkdoc":          {"pkg/printers", "pkg/audit", "pkg/inventory", "pkg/api"},
	"pkg/audit/audittest":   {"internal/source/files", "pkg/checkdoc", "pkg/audit", "pkg/inventory", "pkg/api"},
	"internal/source/live":  {"internal/collect", "internal/kinds", "pkg/inventory", "pkg/mask"},
	"internal/source/files": {"internal/fileerror", "internal/manifest", "internal/collect", "internal/kinds", "pkg/inventory", "pkg/mask"},
	"internal/collect":      {"internal/kinds", "internal/untyped", "pkg/inventory", "pkg/mask"},
	"internal/kinds":        {"internal/untyped", "pkg/inventory"},
	"internal/manifest":     {},
	"internal/untyped":      {},
	"pkg/inventory":         {},
	"pkg/mask":              {"pkg/envname"},
	"internal/fileerror":    {},
	"pkg/envname":           {},
	"pkg/api":               {},
	"test":                  {"internal/source", "pkg", "test"},
}

// forbidden are libraries that a layer must not use: logic does not know a
// command line, and only the source for a cluster knows a network.
var forbidden = map[string][]string{
	"pkg/audit":            {commandLine, network, apiServer, kubeconfig},
	"pkg/checks":           {commandLine, network, apiServer, kubeconfig},
	"pkg/api":              {commandLine, network, apiServer, kubeconfig},
	"pkg/history":          {commandLine, network, apiServer, kubeconfig},
	"pkg/compare":          {commandLine, network, apiServer, kubeconfig},
	"pkg/config":           {commandLine, network, apiServer, kubeconfig},
	"pkg/exporter":         {commandLine, apiServer},
	"pkg/metrics":          {commandLine, apiServer, kubeconfig},
	"pkg/printers":         {commandLine, network, apiServer},
	"pkg/inventory":        {commandLine, network, apiServer, kubeconfig},
	"internal/collect":     {commandLine, network, apiServer, kubeconfig},
	"internal/kinds":       {commandLine, network, apiServer, kubeconfig},
	"internal/manifest":    {commandLine, network, apiServer, kubeconfig},
	"internal/source/live": {commandLine, kubeconfig},
	// A file may be a URL.
	"internal/source/files": {commandLine, apiServer, kubeconfig},
}

const (
	commandLine = "github.com/spf13/cobra"
	network     = "net/http"
	apiServer   = "k8s.io/client-go"
	// jsonPath is in that module and sends nothing.
	jsonPath   = "k8s.io/client-go/util/jsonpath"
	kubeconfig = "k8s.io/cli-runtime"
)

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
			} else if under(imported, forbidden[layer]) && imported != jsonPath {
				t.Errorf("%s imports %s", path, imported)
			}
		}
	}
	if seen < len(layers) {
		t.Errorf("only %d packages", seen)
	}
}

// layerOf returns the innermost layer that contains a package.
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
