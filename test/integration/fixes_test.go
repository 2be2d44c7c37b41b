//go:build integration

package integration

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// The API server accepts the commands that a finding proposes. If only the spec
// was wrong, the finding is gone afterwards.
func TestFixesAreAccepted(t *testing.T) {
	server := newFixtureServer(t, kube.Start(t, kube.WithoutControllers()))
	for _, check := range checks.All() {
		t.Run(check.ID, func(t *testing.T) {
			t.Parallel()
			text, _ := check.Example("bad")
			example := server.create(t, check.ID, text)
			for _, finding := range example.audit(t, check).Findings {
				commands := commandsOf(t, finding.Fix)
				for _, c := range commands {
					server.try(t, c)
				}
				if byHand[check.ID] == "" && example.showsAlone(check, commands) {
					server.repair(t, check, finding, commands)
				}
			}
		})
	}
}

// byHand lists the checks whose commands are only a part of the fix, with the
// rest of it.
var byHand = map[string]string{
	"background-process":    "to take the process out of the script",
	"image-has-build-tools": "to leave the start to the image that was built",
}

// audit judges an example as its fixture is judged: at the fixtures' time.
func (e example) audit(t *testing.T, check *audit.Check) *api.Report {
	t.Helper()
	source := files.Source{Filenames: []string{"-"}, Stdin: strings.NewReader(e.text(t))}
	inv, err := source.Read(t.Context(), inventory.Request{Resources: inventory.AllResources(), ConfirmOwners: true})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	return audit.Run(inv, audit.Options{Checks: []*audit.Check{check}, Now: now})
}

// showsAlone reports whether specs alone show the fault, and the commands alone
// can remove it: nobody replaces the pods of a template that changes.
func (e example) showsAlone(check *audit.Check, commands []command) bool {
	return !check.Live && !e.has("Pod") && len(commands) > 0 &&
		!slices.ContainsFunc(commands, func(c command) bool { return verbs[c.verb()] != writes })
}

// command is a command that a fix proposes, with its standard input.
type command struct {
	words []string
	stdin string
}

// commandsOf returns the commands of a fix, which follow its advice.
func commandsOf(t *testing.T, fix string) []command {
	t.Helper()
	start := firstCommand.FindStringIndex(fix)
	if start == nil {
		return nil
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(fix[start[0]:]), "")
	if err != nil {
		t.Fatalf("%v in %s", err, fix)
	}
	var commands []command
	syntax.Walk(file, func(node syntax.Node) bool {
		call, ok := node.(*syntax.CallExpr)
		if !ok {
			return true
		}
		words, err := expand.Fields(&expand.Config{}, call.Args...)
		if err != nil {
			t.Fatalf("%v in %s", err, fix)
		}
		words = filled(words)
		switch last := len(commands) - 1; {
		case last >= 0 && commands[last].words[0] == "echo":
			commands[last] = command{words, strings.Join(commands[last].words[1:], " ")}
		default:
			commands = append(commands, command{words: words})
		}
		return true
	})
	return commands
}

var firstCommand = regexp.MustCompile(`(^|\b)(kubectl -n|echo '\{)`)

// placeholders maps placeholders to values that a person could choose.
var placeholders = map[string]string{
	"CONTAINER": "app",
	"CPU":       "2",
	"IMAGE":     "registry.example/any:1",
	"MEMORY":    "2Gi",
	"PORT":      "8080",
	"PROBE":     `{"tcpSocket":{"port":8080}}`,
	"QUANTITY":  "1k",
	"REPLICAS":  "2",
	"SECONDS":   "600",
	"SIZE":      "1Gi",
	"TAG":       "1.2.3",
}

var placeholder = regexp.MustCompile(`"?\b[A-Z]+\b"?`)

// filled replaces each placeholder by a value. It removes quotes around a
// placeholder if JSON has none around the value.
func filled(words []string) []string {
	full := make([]string, len(words))
	for i, word := range words {
		full[i] = placeholder.ReplaceAllStringFunc(word, func(found string) string {
			name := strings.Trim(found, `"`)
			value, known := placeholders[name]
			switch {
			case !known:
				return found
			case json.Valid([]byte(value)):
				return value
			}
			return strings.Replace(found, name, value, 1)
		})
	}
	return full
}

// effect describes what a verb of kubectl does.
type effect int

const (
	unknown effect = iota
	// writes accept --dry-run=server.
	writes
	// restarts have no such option. They only change an annotation.
	restarts
	reads
	// asksKubelet commands need a running node, and there is none here.
	asksKubelet
)

var verbs = map[string]effect{
	"annotate": writes, "create": writes, "delete": writes, "label": writes, "patch": writes, "scale": writes,
	"set": writes, "uncordon": writes,
	"rollout restart": restarts,
	"describe":        reads, "events": reads, "get": reads,
	"debug": asksKubelet, "logs": asksKubelet, "top": asksKubelet,
}

// verb returns the verb after the namespace, for rollout with its subcommand.
func (c command) verb() string {
	for i := 1; i < len(c.words); i++ {
		switch {
		case c.words[i] == "-n":
			i++
		case c.words[i] == "rollout" && i+1 < len(c.words):
			return c.words[i] + " " + c.words[i+1]
		case !strings.HasPrefix(c.words[i], "-"):
			return c.words[i]
		}
	}
	return ""
}

// try runs a command in such a way that it changes nothing.
func (s *fixtureServer) try(t *testing.T, c command) {
	t.Helper()
	switch verbs[c.verb()] {
	case writes:
		s.run(t, command{append(slices.Clone(c.words), "--dry-run=server"), c.stdin})
	case reads, restarts:
		s.run(t, c)
	case unknown:
		t.Errorf("does this read or write? %q", c.words)
	}
}

func (s *fixtureServer) run(t *testing.T, c command) {
	t.Helper()
	kubectl := s.cluster.KubectlCommand(t.Context(), c.words[1:]...)
	kubectl.Stdin = strings.NewReader(c.stdin)
	if out, err := kubectl.CombinedOutput(); err != nil {
		t.Errorf("%q: %v\n%s", c.words, err, out)
	}
}

// repair really runs the commands of a finding, and audits again.
func (s *fixtureServer) repair(t *testing.T, check *audit.Check, finding api.Finding, commands []command) {
	t.Helper()
	found := func() bool {
		t.Helper()
		return slices.ContainsFunc(s.audit(t, check, finding.Object.Namespace).Findings, func(f api.Finding) bool {
			return f.Object.Kind == finding.Object.Kind && f.Object.Name == finding.Object.Name
		})
	}
	if !found() {
		t.Errorf("not found on a server: %s", finding.Message)
	}
	for _, c := range commands {
		s.run(t, c)
	}
	if found() {
		t.Errorf("still there after %s", finding.Fix)
	}
}

func (s *fixtureServer) audit(t *testing.T, check *audit.Check, namespace string) *api.Report {
	t.Helper()
	checked := []*audit.Check{check}
	source := live.Source{Config: s.cluster.Config()}
	inv, err := source.Read(t.Context(), audit.Request(checked, inventory.Scope{Namespaces: []string{namespace}}))
	if err != nil {
		t.Fatal(err)
	}
	return audit.Run(inv, audit.Options{Checks: checked, Now: inv.Time})
}
