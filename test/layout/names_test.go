package layout

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
)

// Everything about a check is declared on the check: the engine names none.
func TestTheEngineNamesNoCheck(t *testing.T) {
	files, err := filepath.Glob("../../pkg/audit/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checks.All() {
			if strings.Contains(string(text), `"`+c.ID) {
				t.Errorf("%s names %s", file, c.ID)
			}
		}
	}
}
