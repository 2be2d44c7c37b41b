package checks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// poisons could be added to any text by a cluster's users to deceive, to break or
// to flood those who read it.
var poisons = map[string]string{
	"terminal":  "\x1b[2J\x1b]0;owned\a\u009b31m\u0085\b\x7f",
	"lines":     "\r\n\ncritical\tforged-check  deploy/other\u2028\u2029\v\f",
	"invisible": "\u202eelif\u2066\u200b\u200d\ufeff\U000e0041\u00a0\u00ad",
	"shell":     ` ';"$(reboot)"` + "`reboot`" + `; reboot & | > f # \ !! * ~ {a,b} $HOME 'x'`,
	"markup":    `<script>alert(1)</script><!--&amp;]]>|**` + "`" + `{{.}}{$.x}%s%n`,
	"raw bytes": "\xff\xfe\x9b31m\xc3\x28",
}

func allPoisons() string {
	return strings.Join(slices.Sorted(maps.Values(poisons)), "")
}

// flood is longer than anything that the API lets in.
var flood = strings.Repeat("long ", 20_000)

// structure lists the fields that the API validates: no user can write anything
// else into them.
var structure = words(`apiVersion phase status state resource limits requests allocatedResources managedFields restartPolicy
	protocol type concurrencyPolicy qosClass addressType operator action schedule timeZone completionMode addresses
	endpoints.kubernetes.io/last-change-trigger-time imagePullPolicy sizeLimit medium hard used allocatable overhead
	podManagementPolicy effect maxUnavailable maxSurge minAvailable controller clusterIP`)

var timeField = regexp.MustCompile("(Time|Timestamp|At)$")

// understood lists the words that checks interpret: another text is another
// cluster.
var understood = words(`kind reason image imageID names command args value managedBy fieldPath annotations message selfLink`)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// wellKnown are names by which checks know what something is.
var wellKnown = words(`kube-system istio-proxy linkerd-proxy oauth2-proxy windows linux kubernetes.io/os use-annotation metrics http-metrics ToBeDeletedByClusterAutoscaler
	raised-quota`)

// venom poisons a cluster: each text in the same way wherever it is, so that
// everything still refers to the same things.
type venom struct {
	text string
	// front is put before each text.
	front string
	// deep also changes what checks understand.
	deep bool
}

func (v venom) spares(field string) bool {
	return structure[field] || timeField.MatchString(field) || !v.deep && understood[field]
}

func (v venom) poison(field string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		poisoned := map[string]any{}
		for name, item := range value {
			switch {
			case v.spares(name) || !v.deep && field == "env" && name == "name":
				poisoned[name] = item
			case field == "labels" || field == "matchLabels" || field == "selector" && !isSelector(value):
				poisoned[v.label(name)] = v.poison(labelField(name), item)
			default:
				poisoned[name] = v.poison(name, item)
			}
		}
		return poisoned
	case []any:
		poisoned := make([]any, len(value))
		for i, item := range value {
			poisoned[i] = v.poison(field, item)
		}
		return poisoned
	case string:
		if v.spares(field) || !v.deep && wellKnown[value] {
			return value
		}
		return v.front + value + v.text
	}
	return value
}

// label leaves Kubernetes' own labels their names.
func (v venom) label(name string) string {
	if strings.Contains(name, "kubernetes.io/") || strings.HasPrefix(name, "pod-template-hash") || name == "controller-revision-hash" || name == "run" {
		return name
	}
	return name + v.text
}

// labelField spares the values of labels that name programs.
func labelField(name string) string {
	if strings.HasSuffix(name, "managed-by") {
		return "managedBy"
	}
	return name
}

func isSelector(m map[string]any) bool {
	_, labels := m["matchLabels"]
	_, expressions := m["matchExpressions"]
	return labels || expressions
}

// poisoned is a fixture as JSON, poisoned.
func (v venom) poisoned(t *testing.T, f fixture) fixture {
	t.Helper()
	var stream bytes.Buffer
	for _, object := range f.objects(t) {
		for name, item := range object {
			if name != "kind" && name != "apiVersion" {
				object[name] = v.poison(name, item)
			}
		}
		if err := json.NewEncoder(&stream).Encode(object); err != nil {
			t.Fatal(err)
		}
	}
	f.Text = stream.String()
	return f
}

func (f fixture) objects(t *testing.T) []map[string]any {
	t.Helper()
	var objects []map[string]any
	for _, document := range strings.Split(f.Text, "\n---\n") {
		object := map[string]any{}
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatal(err)
		}
		if u := (&unstructured.Unstructured{Object: object}); u.IsList() {
			for _, item := range object["items"].([]any) {
				objects = append(objects, item.(map[string]any))
			}
		} else if len(object) > 0 {
			objects = append(objects, object)
		}
	}
	return objects
}

func numbersPods(f fixture) bool {
	return slices.ContainsFunc([]string{
		"apps.kubernetes.io/pod-index", "statefulset.kubernetes.io/pod-name", "batch.kubernetes.io/job-completion-index",
	}, func(label string) bool { return strings.Contains(f.Text, label) })
}

// A name is a name: whatever its text, each check finds what it found before.
func TestHostileNamesChangeNoFinding(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		if strings.Contains(f.Text, "kind: PodDisruptionBudget") || strings.Contains(f.Text, "kind: ServiceMonitor") {
			t.Skip("the labels of such a selector are validated: a poisoned one selects nothing")
		}
		if readsHostNames(f) {
			t.Skip("the host of a DestinationRule is read as a host name: a poisoned one is no Service's")
		}
		if numbersPods(f) {
			t.Skip("the number in a pod's label is read: a poisoned one is no pod's")
		}
		clean := verdicts(f.Audit(t, inventory.AllResources(), f.Check))
		hostile := venom{text: allPoisons()}.poisoned(t, f).Audit(t, inventory.AllResources(), f.Check)
		if got := verdicts(hostile); !slices.Equal(got, clean) {
			t.Errorf("found %q, of the same cluster without poison %q", got, clean)
		}
	})
}

// verdicts returns the findings without any words of the cluster.
func verdicts(r *api.Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, fmt.Sprintf("%s %s", f.Check, f.Severity))
	}
	for _, c := range r.Checks {
		all = append(all, fmt.Sprintf("%s %s %d %d %d", c.ID, c.Outcome, c.Judged, c.Failed, c.Unknown))
	}
	slices.Sort(all)
	return all
}

// Whatever a cluster's users write, what is printed of it stays text: one line
// for each finding, no control byte, valid JSON and YAML.
func TestHostileTextIsHarmless(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		for _, deep := range []bool{false, true} {
			if !deep && f.Name != "bad" {
				continue
			}
			r := venom{text: allPoisons(), deep: deep}.poisoned(t, f).Audit(t, inventory.AllResources(), All()...)
			if f.Name == "bad" {
				wantHarmless(t, fmt.Sprintf("deep %v", deep), r)
			}
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			wantPlainLines(t, "report", string(text))
			for _, finding := range r.Findings {
				commandsOf(t, finding)
			}
		}
	})
}

// A hundred thousand bytes in each text neither break nor flood anything.
func TestFloodsAreCut(t *testing.T) {
	for _, check := range All() {
		t.Run(check.ID, func(t *testing.T) {
			text, _ := check.Example("bad")
			f := fixture{audittest.Fixture{Check: check, Name: "bad", Text: text}}
			clean := f.Audit(t, inventory.AllResources(), check)
			flooded := venom{text: flood}.poisoned(t, f).Audit(t, inventory.AllResources(), check)
			if got, want := verdicts(flooded), verdicts(clean); !slices.Equal(got, want) {
				t.Errorf("found %q, want %q", got, want)
			}
			wantHarmless(t, "flood", flooded)
			const each = 30_000
			if size := len(printed(t, flooded, "json")); size > each*(1+len(flooded.Subjects)+len(flooded.Findings)) {
				t.Errorf("%d bytes for %d subjects and %d findings", size, len(flooded.Subjects), len(flooded.Findings))
			}
		})
	}
}

func wantHarmless(t *testing.T, name string, r *api.Report) {
	t.Helper()
	for _, width := range []int{0, 80, 120} {
		for _, wide := range []bool{false, true} {
			var out bytes.Buffer
			if err := printers.Table(&out, r, printers.Options{Width: width, Wide: wide}); err != nil {
				t.Fatal(err)
			}
			wantPlainLines(t, fmt.Sprintf("%s: table %d wide %v", name, width, wide), out.String())
			if headers := 2; width == 0 && strings.Count(out.String(), "\n") > len(r.Findings)+len(r.Namespaces)+len(r.Checks)+headers+8 {
				t.Errorf("%s: too many lines for %d findings:\n%s", name, len(r.Findings), out.String())
			}
		}
	}
	for _, format := range []string{"json", "yaml", "name", "jsonpath={.findings[*].message}{.findings[*].object.name}", "go-template={{range .findings}}{{.fix}} {{end}}"} {
		out := printed(t, r, format)
		wantPlainLines(t, name+": "+format, out)
		var back api.Report
		switch format {
		case "json":
			if err := json.Unmarshal([]byte(out), &back); err != nil || len(back.Findings) != len(r.Findings) {
				t.Errorf("%s: JSON that reads as %d findings: %v", name, len(back.Findings), err)
			}
		case "yaml":
			if err := yaml.Unmarshal([]byte(out), &back); err != nil || len(back.Findings) != len(r.Findings) {
				t.Errorf("%s: YAML that reads as %d findings: %v", name, len(back.Findings), err)
			}
		case "name":
			if lines := strings.Count(out, "\n"); lines != 1 {
				t.Errorf("%s: %d lines of names", name, lines)
			}
		}
	}
	for _, f := range r.Findings {
		commandsOf(t, f)
	}
}

func printed(t *testing.T, r *api.Report, format string) string {
	t.Helper()
	printer, err := genericclioptions.NewPrintFlags("").WithDefaultOutput(format).ToPrinter()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := printer.PrintObj(r, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// wantPlainLines allows nothing that a terminal would act upon.
func wantPlainLines(t *testing.T, name, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("%s: no UTF-8", name)
	}
	for i, r := range out {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("%s: %U in %q", name, r, out[max(0, i-60):min(len(out), i+20)])
			return
		}
	}
}

// firstCommand tells a command from the mention of one. Nodes are in no namespace.
var firstCommand = regexp.MustCompile(`kubectl -n |kubectl describe node|echo '`)

// commandsOf are the words of the commands that a fix proposes. A shell must
// see nothing else in it.
func commandsOf(t *testing.T, f api.Finding) [][]string {
	t.Helper()
	start := firstCommand.FindStringIndex(f.Fix)
	if start == nil {
		return nil
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(f.Fix[start[0]:]), "")
	if err != nil {
		t.Errorf("%s: %v in %s", f.Check, err, f.Fix)
		return nil
	}
	var commands [][]string
	syntax.Walk(file, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.CallExpr:
			words, err := expand.Fields(nil, node.Args...)
			if err != nil {
				t.Errorf("%s: %v in %s", f.Check, err, f.Fix)
			}
			commands = append(commands, words)
		case *syntax.Stmt:
			if node.Background || node.Negated || len(node.Redirs) > 0 {
				t.Errorf("%s: more than commands in %s", f.Check, f.Fix)
			}
		case *syntax.File, *syntax.Word, *syntax.Lit, *syntax.SglQuoted, *syntax.BinaryCmd, nil:
		default:
			t.Errorf("%s: a shell sees %T in %s", f.Check, node, f.Fix)
		}
		return true
	})
	return commands
}

func readsHostNames(f fixture) bool { return strings.Contains(f.Text, "kind: DestinationRule") }

// Each argument of a proposed command is one word with the cluster's text in
// it, as it is.
func TestHostileArgumentsStayWords(t *testing.T) {
	compared := map[string]bool{}
	eachCommand(t, func(t *testing.T, f fixture, want [][]string) {
		for _, name := range []string{"shell", "markup"} {
			text := poisons[name]
			fix, got := f.poisonedCommands(t, venom{text: text})
			if len(got) < len(want) && (fix == "" || len(fix) > api.MaxMessage/2) {
				// It did not fit, or another cluster is another finding.
				continue
			}
			if len(got) != len(want) {
				t.Errorf("%d commands, want %d: %s", len(got), len(want), fix)
				continue
			}
			for i := range want {
				compared[f.Check.ID] = true
				wantSameWords(t, fix, text, got[i], want[i])
			}
		}
	})
	for _, check := range All() {
		if !compared[check.ID] {
			t.Errorf("%s: no fix of its fixtures has a command with a name in it", check.ID)
		}
	}
}

const noCommand = "no command is shown"

// Text that would not be seen, or would be taken for a flag, makes no command.
// Its fix says so, and keeps its advice.
func TestUnsafeArgumentsMakeNoCommand(t *testing.T) {
	refused := map[string]bool{}
	eachCommand(t, func(t *testing.T, f fixture, want [][]string) {
		for _, v := range []venom{
			{text: poisons["terminal"]}, {text: poisons["lines"]}, {text: poisons["invisible"]},
			{front: "--filename=https://elsewhere/"},
		} {
			fix, got := f.poisonedCommands(t, v)
			if fix == "" {
				continue
			}
			refused[f.Check.ID] = refused[f.Check.ID] || len(got) == 0 && strings.Contains(fix, noCommand)
			for _, words := range got {
				for _, word := range words {
					if strings.HasPrefix(word, "-") && !slices.ContainsFunc(want, func(c []string) bool { return slices.Contains(c, word) }) &&
						!strings.Contains(word, "=") {
						t.Errorf("a name became the flag %s: %s", word, fix)
					}
					if strings.HasPrefix(word, v.front) && v.front != "" {
						t.Errorf("a name became a flag: %s", fix)
					}
				}
			}
		}
	})
	for _, check := range All() {
		if !refused[check.ID] {
			t.Errorf("%s: no fix of its fixtures has a command with a name in it", check.ID)
		}
	}
}

// For a cluster that nobody poisoned each command can be shown: what is missing
// is a mistake of the check.
func TestNoCommandIsLost(t *testing.T) {
	eachFixture(t, func(t *testing.T, f fixture) {
		for _, finding := range f.Audit(t, inventory.AllResources(), All()...).Findings {
			if strings.Contains(finding.Fix, noCommand) {
				t.Errorf("%s: %s", finding.Check, finding.Fix)
			}
		}
	})
}

// eachCommand is for each fixture of which a check makes one finding with a command.
func eachCommand(t *testing.T, do func(t *testing.T, f fixture, commands [][]string)) {
	eachFixture(t, func(t *testing.T, f fixture) {
		clean := f.Audit(t, inventory.AllResources(), f.Check).Findings
		if len(clean) != 1 || readsHostNames(f) {
			return
		}
		if commands := commandsOf(t, clean[0]); len(commands) > 0 {
			do(t, f, commands)
		}
	})
}

// poisonedCommands returns the commands of the only finding that is left, and its
// fix.
func (f fixture) poisonedCommands(t *testing.T, v venom) (string, [][]string) {
	t.Helper()
	findings := v.poisoned(t, f).Audit(t, inventory.AllResources(), f.Check).Findings
	if len(findings) != 1 {
		return "", nil
	}
	return findings[0].Fix, commandsOf(t, findings[0])
}

// wantSameWords: without the poison the words are those of the clean command.
func wantSameWords(t *testing.T, what, poison string, got, want []string) {
	t.Helper()
	escapedHTML, _ := json.Marshal(poison)
	var escaped bytes.Buffer
	encoder := json.NewEncoder(&escaped)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(poison)
	cure := strings.NewReplacer(poison, "", strings.ToLower(poison), "",
		strings.Trim(string(escapedHTML), `"`), "", strings.Trim(escaped.String(), "\"\n"), "")
	cured := make([]string, len(got))
	for i, word := range got {
		cured[i] = cure.Replace(word)
	}
	if !slices.Equal(cured, want) {
		t.Errorf("%s\n got words %q\nwant words %q", what, cured, want)
	}
}
