package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// The file in the page is valid, and the page shows the output of the program in
// a directory with that file; -update rewrites it.
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
	// Setenv restores the variable after the test; unset, it lets the file of the
	// directory be found.
	t.Setenv(configVariable, "")
	os.Unsetenv(configVariable)
	t.Chdir(t.TempDir())
	writeFile(t, config.FileName, example[1])
	want := asPrinted(page)
	comparePage(t, file, want, page)
}
