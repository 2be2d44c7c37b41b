package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

const checkPages = "../../docs/checks"

// The pages of the checks are rendered from them; -update makes it so.
func TestCheckPages(t *testing.T) {
	pages := map[string][]byte{}
	var all []printers.Check
	for _, check := range checks.All() {
		all = append(all, catalogue(checks.All()).printable(check))
		var page bytes.Buffer
		if err := printers.ExplainMarkdown(&page, catalogue(checks.All()).printable(check), examplesOf(check)); err != nil {
			t.Fatal(err)
		}
		pages[check.ID+".md"] = page.Bytes()
	}
	var index bytes.Buffer
	if err := printers.IndexMarkdown(&index, all); err != nil {
		t.Fatal(err)
	}
	pages["README.md"] = index.Bytes()

	if *update {
		if err := os.RemoveAll(checkPages); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(checkPages, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, page := range pages {
			if err := os.WriteFile(filepath.Join(checkPages, name), page, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	const mend = "go test ./pkg/cli -run CheckPages -update mends it"
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join(checkPages, name))
		if err != nil {
			t.Errorf("%v; %s", err, mend)
		} else if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s differs (-check +page); %s:\n%s", name, mend, diff)
		}
	}
	files, err := os.ReadDir(checkPages)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if pages[file.Name()] == nil {
			t.Errorf("%s is the page of no check; %s", file.Name(), mend)
		}
	}
}

// Every check says all that a page needs, and points to the project's own
// sources of truth.
func TestEveryCheckTeaches(t *testing.T) {
	for _, check := range checks.All() {
		doc := check.Doc
		if slices.Contains([]string{check.Title, check.Since, doc.What, doc.Why, doc.Fix, doc.Blind}, "") || len(doc.References) == 0 {
			t.Errorf("%s: something is left empty: %+v", check.ID, doc)
		}
		for _, o := range check.Options {
			if o.Name() == "" || o.Usage() == "" {
				t.Errorf("%s: option %q has no usage", check.ID, o.Name())
			}
		}
	}
}

// The page of patterns names every check, and no others.
func TestPatternsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/patterns.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, match := range regexp.MustCompile(`\[([a-z-]+)\]\(checks/([a-z-]+)\.md\)`).FindAllStringSubmatch(string(page), -1) {
		if match[1] != match[2] {
			t.Errorf("%s leads to the page of %s", match[1], match[2])
		}
		named[match[1]] = true
	}
	for _, check := range checks.All() {
		if !named[check.ID] {
			t.Errorf("%s stands for no pattern", check.ID)
		}
		delete(named, check.ID)
	}
	for id := range named {
		t.Errorf("%s is no check", id)
	}
}
