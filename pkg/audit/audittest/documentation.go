package audittest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checkdoc"
)

var kebabCase = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// documented requires every text that the page of the check shows.
func documented(t *testing.T, check *audit.Check) {
	if !kebabCase.MatchString(check.ID) {
		t.Errorf("the ID %q is not in kebab-case", check.ID)
	}
	if !slices.Contains(api.Severities, check.Severity) {
		t.Errorf("%q is no severity", check.Severity)
	}
	doc := check.Doc
	for _, field := range []struct{ name, text string }{
		{"Category.Name", check.Category.Name}, {"Title", check.Title},
		{"Doc.What", doc.What}, {"Doc.Why", doc.Why}, {"Doc.Fix", doc.Fix}, {"Doc.Limitations", doc.Limitations},
	} {
		if field.text == "" {
			t.Errorf("%s is empty", field.name)
		}
	}
	for _, o := range check.Options {
		if !kebabCase.MatchString(o.Name()) || o.Usage() == "" {
			t.Errorf("option %q: its name is not in kebab-case, or it has no usage", o.Name())
		}
	}
}

// Pages requires that a directory contains the Markdown pages of the checks and
// nothing else. With update, it writes them.
func Pages(t *testing.T, catalog []*audit.Check, dir string, update bool) {
	t.Helper()
	pages, err := checkdoc.Pages(catalog)
	if err != nil {
		t.Fatal(err)
	}
	if update {
		write(t, dir, pages)
	}
	const remedy = "run this test with -update"
	for name, page := range pages {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%v; %s", err, remedy)
		} else if diff := cmp.Diff(string(page), string(got)); diff != "" {
			t.Errorf("%s differs (-check +page); %s:\n%s", name, remedy, diff)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if pages[file.Name()] == nil {
			t.Errorf("%s is the page of no check: remove it", filepath.Join(dir, file.Name()))
		}
	}
}

func write(t *testing.T, dir string, pages map[string][]byte) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
