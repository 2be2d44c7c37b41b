package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
)

// The pages of the checks are rendered from the checks.
func TestCheckPages(t *testing.T) {
	audittest.Pages(t, checks.All(), "../../docs/checks", *update)
	if t.Failed() {
		t.Log("make generate writes the pages")
	}
}

// The project's own checks say since which version they exist, and refer to the
// documentation of Kubernetes.
func TestEveryCheckTeaches(t *testing.T) {
	for _, check := range checks.All() {
		if check.Since == "" || len(check.Doc.References) == 0 {
			t.Errorf("%s: no version or no references", check.ID)
		}
	}
}

// The page about custom checks shows files of the example, which is built and
// tested; -update rewrites it.
func TestCustomChecksPage(t *testing.T) {
	const file, example = "../../docs/custom-checks.md", "../../examples/custom-check/"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	want := regexp.MustCompile("(?s)`([a-z_./-]+)`:\n\n```\\w+\n(?:.*?\n)??```\n").ReplaceAllStringFunc(string(page), func(block string) string {
		head, _, _ := strings.Cut(block, "\n\n")
		name, _, _ := strings.Cut(head[1:], "`")
		text, err := os.ReadFile(example + name)
		if err != nil {
			t.Fatal(err)
		}
		language, _, _ := strings.Cut(block[len(head)+len("\n\n```"):], "\n")
		shown++
		return head + "\n\n```" + language + "\n" + string(text) + "```\n"
	})
	if shown == 0 {
		t.Error("it shows nothing of the example")
	}
	comparePage(t, file, want, string(page))
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
			t.Errorf("%s is in no pattern", check.ID)
		}
		delete(named, check.ID)
	}
	for id := range named {
		t.Errorf("%s is no check", id)
	}
}

// comparePage compares a page with what the program makes of it or, with -update, writes it.
func comparePage(t *testing.T, file, want, page string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, page); diff != "" {
		t.Errorf("%s differs (-want +page); make generate writes it:\n%s", file, diff)
	}
}
