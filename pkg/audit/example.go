package audit

import (
	"io/fs"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/internal/want"
)

// Category is a group of checks about one subject.
type Category struct {
	Name string
	// Fixtures contains testdata/ID/NAME.yaml: the clusters that are both the tests
	// and the documented examples of the checks.
	Fixtures fs.FS
}

// Example returns a fixture of the check, for example "bad" or "good", without
// the comments that only its test reads.
func (c *Check) Example(name string) (string, bool) {
	if c.Category.Fixtures == nil {
		return "", false
	}
	text, err := fs.ReadFile(c.Category.Fixtures, c.fixture(name))
	if err != nil {
		return "", false
	}
	return want.Comment.ReplaceAllString(string(text), ""), true
}

// Fixtures returns the names of all fixtures of the check, sorted.
func (c *Check) Fixtures() []string {
	if c.Category.Fixtures == nil {
		return nil
	}
	// The pattern is valid unless the ID is wrong.
	files, _ := fs.Glob(c.Category.Fixtures, c.fixture("*"))
	for i, file := range files {
		files[i] = strings.TrimSuffix(file[strings.LastIndex(file, "/")+1:], ".yaml")
	}
	return files
}

func (c *Check) fixture(name string) string { return "testdata/" + c.ID + "/" + name + ".yaml" }
