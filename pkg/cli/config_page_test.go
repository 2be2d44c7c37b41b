package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// The page's file is valid, and the page shows what the program prints in a
// directory with it; -update makes it so.
func TestConfigPage(t *testing.T) {
	file, err := filepath.Abs("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	example := yamlBlock.FindStringSubmatch(page)
	if example == nil || !console.MatchString(page) {
		t.Fatal("the page shows no file, or no command")
	}
	if _, err := config.Load("docs/config.md", []byte(example[1]), checks.All()); err != nil {
		t.Fatal(err)
	}
	// The file is found where one stands, and the variable is as before in the end.
	t.Setenv(configVariable, "")
	os.Unsetenv(configVariable)
	t.Chdir(t.TempDir())
	writeFile(t, config.FileName, example[1])
	want := asPrinted(page)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, page); diff != "" {
		t.Errorf("the page differs (-program +page); make generate writes it:\n%s", diff)
	}
}
