package printers

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// rendered returns the page that GitHub makes from a Markdown text.
func rendered(t testing.TB, text string) string {
	t.Helper()
	var out bytes.Buffer
	renderer := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldmarkhtml.WithUnsafe()))
	if err := renderer.Convert([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var (
	elements = regexp.MustCompile(`<(/?[a-zA-Z][a-zA-Z0-9]*)[^>]*>`)
	comments = regexp.MustCompile(`<!--.*?-->`)
)

// elementsOf returns the names of all elements, without text.
func elementsOf(page string) string {
	var names []string
	for _, match := range elements.FindAllStringSubmatch(page, -1) {
		names = append(names, match[1])
	}
	return strings.Join(names, " ")
}

var hostileMarkdown = []string{
	"<script>alert(1)</script>", "[a](javascript:x)", "![a](https://evil.example/x.png)", "@someone", "#1", "owner/repo#1", "GH-1", "https://evil.example", "www.evil.example",
	"</summary></details>", "`code` ``` fence", "| a | b |", "**bold** ~~no~~ $x$", "&lt;script&gt;", "<!-- hidden", "--> shown", "a\n\n# heading", "1. x", "- x", "    code", "[x]: https://evil.example", ":tada:",
}

// Whatever texts contain, the page has the same elements, and shows the texts.
func FuzzMarkdown(f *testing.F) {
	for _, seed := range hostileMarkdown {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		report := func(text string) *api.Report {
			r := changed()
			r.Findings[0].Message, r.Findings[0].Object.Name, r.Findings[0].Evidence["limit"], r.Findings[0].Fix = text, text, text, text
			r.Incomplete[0].Reason = text
			r.Sanitize()
			return r
		}
		r := report(text)
		page := rendered(t, formatted(t, "markdown", foundIn(r)))
		if r.Findings[0].Fix != "" {
			if got, want := elementsOf(page), elementsOf(rendered(t, formatted(t, "markdown", foundIn(report("plain"))))); got != want {
				t.Errorf("other elements: %s\nwant %s\n%s", got, want, page)
			}
		}
		shown := html.UnescapeString(comments.ReplaceAllString(page, ""))
		if message := strings.TrimSpace(r.Findings[0].Message); !strings.Contains(shown, message) {
			t.Errorf("%q is not shown: %s", message, shown)
		}
	})
}

// A comment stays within its limit however many findings there are, and says
// what is missing.
func TestMarkdownFitsIntoAComment(t *testing.T) {
	r := changed()
	for i := range 2000 {
		f := r.Findings[0]
		f.Object.Name = fmt.Sprintf("web-%d", i)
		r.Findings = append(r.Findings, f)
	}
	out := formatted(t, "markdown", foundIn(r))
	if len(out) > 65_536 || len(out) < 60_000 {
		t.Errorf("%d bytes", len(out))
	}
	if strings.Count(out, "<details>") != strings.Count(out, "</details>") {
		t.Error("a fold is cut")
	}
	shown := strings.Count(out, "<details>")
	if want := fmt.Sprintf("%d more parts are not shown", len(r.Findings)-shown); !strings.Contains(out, want) {
		t.Errorf("the end does not say %q: %s", want, out[len(out)-300:])
	}
}
