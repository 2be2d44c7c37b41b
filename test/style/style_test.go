// Package style checks that the project's texts are plain English:
// documentation, the pages of the checks, help, messages and comments.
package style

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A habit is a way of writing that makes a reader stumble, with a better one.
type habit struct {
	pattern *regexp.Regexp
	better  string
	example string // A text that the pattern finds.
	fine    string // A text that it does not find; empty for none.
}

func avoid(pattern, better, example, fine string) habit {
	return habit{regexp.MustCompile(pattern), better, example, fine}
}

// anywhere lists habits to avoid in all texts.
var anywhere = []habit{
	avoid(`\bfor one[,;:)]`, "for example", "a lock, for one, is held", "a quota for one team"),
	avoid(`(?i)\bbe it\b`, "even if, whether", "be it that there is only one", "may it be"),
	avoid(`\bbelongs? into\b`, "belongs in, keep it in", "it belongs into the repository", "belongs in a Job"),
	avoid(`\bheed(s|ed|ing)?\b`, "respects, applies, handles", "a program that heeds SIGTERM", ""),
	avoid(`(?i)\bwhoever\b`, "anyone who, everyone who", "Whoever can push", "Anyone who can push"),
	avoid(`\b(and|also|nor|or)\b[^.,;:]*, too\b[^.]*\balso\b|\balso\b[^.,;:]*, too\b`, "also, or too, not both", "also the pods, too", "too many, too few"),
	avoid(`\w, too[.;:]`, "as well, also", "Init containers, too.", "too little CPU."),
	avoid(`\bfor ever\b`, "forever", "waits for ever", "forever"),
	avoid(`\banew\b`, "again, from scratch", "starts anew", "a new start"),
	avoid(`\b(is|are|exists?|does|do) no more[.,;:]|\bno more$`, "no longer", "a cluster that is no more.", "asks for no more replicas"),
	avoid(`\bas good as to\b`, "amounts to", "as good as to run commands", "as good as a digest"),
	avoid(`\b2 a\.m\.`, "say what fails and who notices", "at 2 a.m. it fails", "at 2 o'clock"),
	avoid(`\bat a schedule\b`, "on a schedule", "audits at a schedule", "on a schedule"),
	avoid(`\b(gets|got) on[.,;:]|\bdoes not get on\b`, "progresses", "A rollout does not get on", "gets on pods/log"),
	avoid(`\bgate (does|did) not hold\b|\bthe gate holds\b`, "the gate failed, the gate passed", "the gate does not hold", "the gate failed"),
	avoid(`\b(tells?|told) of\b`, "reports", "an Event tells of a kill", "tells the runtime"),
	avoid(`\b(would|must|may) else\b`, "otherwise", "would else rename", "anything else"),
	avoid(`\bbe had\b`, "be available, be pulled", "if the image can be had", "has had"),
	avoid(`(^|[.:;] )To \w+ ([\w-]+ ){0,4}(is|takes)\b`, "listing allows reading", "To list secrets is to read them", "To read them, list them"),
	avoid(`(^|[.:;] )Of (the|a|an|all|pods|what|which)\b`, "begin with the subject", "Of the pods only facts are kept", "One of the pods"),
	avoid(`(^|[.:;] )In (the|a) \w+ (is|are|stands?)\b`, "begin with the subject", "In the environment are three", "In the environment, three are set"),
	avoid(`\b(misspel[t]|catalogu[e]|label[l]ed)\b|\bsanit[i]s|\brecogn[i]s|\bneigh[b]our|\bfa[v]our|\blicen[c]e\b|\bbehav[i]our`, "American spelling", "misspel"+"t", "misspelled"),
	avoid(`\btake[sn]? the right\b|\btakes get on\b`, "requires", "It takes the right to get pods/log", "takes the rights away"),
	avoid(`\bspeaks? for (it|them|itself)\b`, "reports", "node-not-ready speaks for them", "speaks for the workload"),
	avoid(`\bdwell`, "stay", "they dwell", "well"),
	avoid(`\btell(s|) (\w+ )?apart\b`, "distinguish", "tells them apart", "apart from"),
	avoid(`\bstands? still\b`, "has stopped", "a controller that stands still", "still stands"),
	avoid(`\blets? go of\b`, "drops, releases", "It lets go of the pods", "lets it go"),
	avoid(`\b(to|may|can) live with\b`, "accepts", "findings to live with", "lives with them"),
	avoid(`\bbut for (one|some|those|that)\b`, "except, without", "all labels but for one", "waits, but not for one"),
	avoid(`\bsays nothing of\b`, "says nothing about", "It says nothing of the app", "says nothing about it"),
	avoid(`\brights\b|\b[Rr]ight to \w+`, "permission", "It requires the right to list Secrets", "the right host"),
	avoid(`\bone (\w+ )?a line\b`, "one per line", "prints one object a line", "one line"),
	avoid(`\b(with|by) which to\b`, "to compare with, for", "a commit with which to compare", "a label by which it is found"),
	avoid(`\b[Pp]resent (run|one|revision|termination|severity|audit|state|template|page)\b`, "current", "the present run", "a field that is present"),
	avoid(`\b[Mm]end(s|ed|ing)?\b`, "fix", "findings were mended", "recommended"),
	avoid(`\b(is|are|was|were|be|being) told to\b`, "gets SIGTERM, is asked to", "a container that is told to stop", "tells the runtime"),
	avoid(`\b[Pp]ush gateway\b`, "Pushgateway", "a push gateway", "--push-gateway"),
	avoid(`\bfrom [01] up\b|\bfrom which on\b`, "at least, after which", "a number from 0 up", "from 0 to 100"),
	avoid(`\b(Service|Services|routes?)( [\w-]+)?( that)?( also)? leads? to\b`, "sends traffic to", "Service cart leads to its port", "an error leads to exit status 2"),
	avoid(`\bthere twice\b`, "appears twice", "a shard is there twice", "twice"),
	avoid(`\b(it|that|which|fault|loop|work|runs?) go(es)? on\b`, "continues", "until the fault goes on", "in on and off"),
	avoid(`\btak(e|es|ing) (all |no |its |their |the )?traffic\b`, "receives traffic", "a container that takes traffic", "takes part"),
	avoid(`\b(which|that|this|it) (is|are|was|were) no (a|b|c|d|e|f|g|h|i|j|k|m|o|p|q|r|s|t)\w+`, "is not a", "which is no shard", "which is no longer used"),
	avoid(`(^|[.;:] )Who \w+ (not )?(\w+ )?(from|it|the|in|by)\b`, "anyone who, a user who", "Who may not read the list", "Who?"),
	avoid(`^(So (is|are|does|do|has|may|it does)|Nor|Neither (is|are)|And|But not) `, "a sentence that stands alone", "So is a Secret.", "So the pods wait."),
	avoid(`\bin force\b`, "in effect", "the limit in force", "by force"),
	avoid(`\b(cannot|does not|did not) end (it|a pod|a container)\b`, "stop, terminate", "the kubelet cannot end it", "the pod does not end"),
}

// inPages lists habits to avoid in paragraphs of pages.
var inPages = []habit{
	avoid(`^#+[^#! ]`, "a space after the #, without which it is not a heading", "#Audits", "# Audits"),
}

// inDocComments lists habits to avoid in comments of declarations.
var inDocComments = []habit{
	avoid(`^\w+ (is|are) (what|those|that which|who|how (to|the|an?|it|they|people|others|somebody|something|kubectl|Kubernetes)|when|where|why|whether)\b`, "say what it returns, lists, contains or limits", "limit is what the budget says", "limit names the budget's limit"),
	avoid(`^\w+ (is|are) (from |for )?how (much|many|often|long|soon|deep|large|far|old|recent)\b`, "limits, counts, is the number or time of", "patience is how long a person waits", "patience limits how long a person waits"),
	avoid(`^\w+ (is|are) (that|those) of\b`, "repeat the noun", "Category is that of the checks", "Category is the category of the checks"),
}

// TestHabits tries each pattern on its own examples.
func TestHabits(t *testing.T) {
	for _, h := range slices.Concat(anywhere, inPages, inDocComments) {
		if !h.pattern.MatchString(h.example) {
			t.Errorf("%s does not find %q", h.pattern, h.example)
		}
		if h.pattern.MatchString(h.fine) {
			t.Errorf("%s finds %q", h.pattern, h.fine)
		}
	}
}

func TestTexts(t *testing.T) {
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "bin", "dist"}, entry.Name()),
			name == "test/style":
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		for _, p := range passages(name, text) {
			p.check(t, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A passage is a text of a file that people read.
type passage struct {
	line int
	text string
	doc  bool // It is the comment of a declaration.
}

func (p passage) check(t *testing.T, name string) {
	habits := anywhere
	switch {
	case p.doc:
		habits = slices.Concat(anywhere, inDocComments)
	case strings.HasSuffix(name, ".md"):
		habits = slices.Concat(anywhere, inPages)
	}
	text := strings.Join(strings.Fields(p.text), " ")
	for _, h := range habits {
		if at := h.pattern.FindStringIndex(text); at != nil {
			around := text[max(0, at[0]-40):min(len(text), at[1]+40)]
			t.Errorf("%s:%d: %q: %s", name, p.line, strings.ToValidUTF8(around, ""), h.better)
		}
	}
}

// passages returns the paragraphs of a page, the comments and strings of a
// program, and the comments of other files.
func passages(name string, text []byte) []passage {
	switch {
	case strings.HasSuffix(name, ".go"):
		return ofProgram(name, text)
	case strings.HasSuffix(name, ".md"):
		return paragraphs(text)
	case slices.Contains([]string{".yaml", ".yml", ".txtar", ".sh", ".toml"}, filepath.Ext(name)), filepath.Base(name) == "Makefile":
		return comments(text)
	}
	return nil
}

func ofProgram(name string, text []byte) []passage {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, parser.ParseComments)
	if err != nil {
		return []passage{{1, fmt.Sprint("whoever cannot parse it: ", err), false}}
	}
	docs := map[*ast.CommentGroup]bool{file.Doc: true}
	var found []passage
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			docs[n.Doc] = true
		case *ast.GenDecl:
			docs[n.Doc] = true
		case *ast.ValueSpec:
			docs[n.Doc] = true
		case *ast.TypeSpec:
			docs[n.Doc] = true
		case *ast.Field:
			docs[n.Doc] = true
		case *ast.BinaryExpr:
			// A long text is written in several pieces.
			if text, ok := literal(n); ok {
				found = append(found, passage{files.Position(n.Pos()).Line, text, false})
				return false
			}
		case *ast.BasicLit:
			if text, ok := literal(n); ok {
				found = append(found, passage{files.Position(n.Pos()).Line, text, false})
			}
		}
		return true
	})
	for _, group := range file.Comments {
		found = append(found, passage{files.Position(group.Pos()).Line, group.Text(), docs[group]})
	}
	return found
}

// literal returns the value of a string or of a sum of strings.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		left, okLeft := literal(e.X)
		right, okRight := literal(e.Y)
		return left + right, okLeft && okRight
	}
	return "", false
}

func paragraphs(text []byte) []passage {
	var found []passage
	line := 1
	for paragraph := range bytes.SplitSeq(text, []byte("\n\n")) {
		found = append(found, passage{line, string(paragraph), false})
		line += bytes.Count(paragraph, []byte("\n")) + 2
	}
	return found
}

// comments returns each run of lines that begin with a #.
func comments(text []byte) []passage {
	var found []passage
	within := false
	for i, line := range strings.Split(string(text), "\n") {
		comment, is := strings.CutPrefix(strings.TrimSpace(line), "# ")
		switch {
		case is && within:
			last := &found[len(found)-1]
			last.text += " " + comment
		case is:
			found = append(found, passage{i + 1, comment, false})
		}
		within = is
	}
	return found
}
