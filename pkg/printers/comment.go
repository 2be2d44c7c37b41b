package printers

import (
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// maxComment limits a comment, in bytes: GitHub accepts 65,536 characters.
const maxComment = 65_000

// Markdown writes reports for pull requests and tickets. Findings that are new
// since a baseline come first. Findings that do not fit into a comment are left
// out and counted.
func Markdown(w io.Writer, found Found) error {
	c := comment{room: maxComment}
	err := found.Each(func(r *api.Report) error {
		c.report(r, found.prefix(r))
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range found.Failed {
		c.add("## prodcheck: " + commentText(f.Name) + " was not audited\n\n" + commentText(f.Reason) + "\n\n")
	}
	if c.left > 0 {
		fmt.Fprintf(&c.out, "_%s not shown: a comment has a limit of 65,536 characters. The table of `kubectl prodcheck` shows all._\n", wasWere(c.left))
	}
	_, err = io.WriteString(w, c.out.String())
	return err
}

func wasWere(n int) string {
	if n == 1 {
		return "1 more part is"
	}
	return fmt.Sprintf("%d more parts are", n)
}

// comment is text up to a limit.
type comment struct {
	out  strings.Builder
	room int
	// left counts the parts that did not fit.
	left int
}

// reserve is room for the last sentence and for the end of a table or a fold.
const reserve = 400

// add writes a part completely or not at all.
func (c *comment) add(part string) {
	if len(part) > c.room-reserve {
		c.left++
		return
	}
	c.room -= len(part)
	c.out.WriteString(part)
}

func (c *comment) report(r *api.Report, prefix string) {
	t := table{report: r}
	c.add("## prodcheck: " + commentText(prefix+t.scopeText()+": "+gradeText(r.Summary)) + "\n\n")
	c.add(commentText(strings.Join(summaryParts(r), "; ")) + "\n\n")
	if r.Changes != nil {
		c.add(commentText(changesText(r)) + "\n\n")
	}
	missing := notJudgedText(r)
	if len(missing) > c.room-reserve {
		c.left++
		missing = ""
	}
	c.room -= len(missing)
	var worsening, others []*api.Finding
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Change.IsWorsening() {
			worsening = append(worsening, f)
		} else {
			others = append(others, f)
		}
	}
	if r.Changes != nil {
		c.findings(t, "New or worse", worsening)
		c.findings(t, "Also open", others)
	} else {
		c.findings(t, "Findings", others)
	}
	c.out.WriteString(missing)
}

func changesText(r *api.Report) string {
	earlier := r.Changes.Earlier
	since := earlier.CreationTimestamp.UTC().Format("2006-01-02 15:04 UTC")
	if earlier.File != "" {
		since = path.Base(earlier.File) + " of " + since
	}
	return "Since " + since + ": " + changeCounts(&r.Changes.Counts)
}

// findings writes a fold for each finding, with the message outside.
func (c *comment) findings(t table, title string, findings []*api.Finding) {
	if len(findings) == 0 {
		return
	}
	c.add(fmt.Sprintf("### %s: %d\n\n", title, len(findings)))
	for _, f := range findings {
		var fold strings.Builder
		fmt.Fprintf(&fold, "<details><summary><b>%s</b> %s <code>%s</code>: %s</summary>\n\n", commentText(string(f.Severity)), commentText(f.Check), commentText(locatedName(f.Object)), commentText(f.Message))
		for _, line := range []struct{ label, text string }{
			{"Source", sourceText(f.Source)}, {"Since", t.since(f)}, {"Pods", podsText(f.Evidence)}, {"Evidence", evidenceText(f.Evidence)},
			{"Folded", strings.Join(f.Folded, ", ")},
		} {
			if line.text != "" {
				fold.WriteString("- " + line.label + ": " + commentText(line.text) + "\n")
			}
		}
		if f.Fix != "" {
			fold.WriteString("\nFix:\n\n" + fenced(fixText(f)) + "\n")
		}
		fold.WriteString("\n</details>\n\n")
		c.add(fold.String())
	}
}

// notJudgedText lists what was not judged. However many findings there are, they
// may not displace it.
func notJudgedText(r *api.Report) string {
	missing := gaps(r)
	if len(missing) == 0 {
		return ""
	}
	const most = 10
	text := "### Not judged\n\n"
	for _, gap := range missing[:min(len(missing), most)] {
		text += "- " + commentText(gap) + "\n"
	}
	if more := len(missing) - most; more > 0 {
		text += fmt.Sprintf("- and %d more\n", more)
	}
	return text + "\n"
}

// fenced returns a block of code that its text cannot end.
func fenced(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "text\n" + visible(text) + "\n" + fence
}

// commentText shows a text as it is. It forms neither Markdown nor HTML, and its
// mentions, references and addresses do not become links, which would notify
// people.
func commentText(text string) string { return commentSpecial.Replace(visible(text)) }

// apart is invisible and keeps the characters beside it from forming a link.
const apart = "<!-- -->"

var commentSpecial = func() *strings.Replacer {
	pairs := []string{"://", ":" + apart + "//"}
	for _, c := range []string{"@", "#", "www", "WWW", "gh-", "GH-"} {
		pairs = append(pairs, c, c+apart)
	}
	for _, c := range "&<>\"'\\`*_{}[]|~!$" {
		pairs = append(pairs, string(c), fmt.Sprintf("&#%d;", c))
	}
	return strings.NewReplacer(pairs...)
}()
