package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

var catalog = []*audit.Check{
	{ID: "pod-pending", Severity: api.High, Options: []audit.Option{
		audit.Duration("grace", 0, "how long"), audit.Int("pods", 1, "how many"), audit.List("exempt", nil, "which"),
	}},
	{ID: "image-tag-latest", Severity: api.High},
	{ID: "image-tag-mutable", Severity: api.Low},
}

const header = "apiVersion: prodcheck/v1alpha1\nkind: Config\n"

const everything = header + `profile: strict
minSeverity: Low
checks:
  pod-pending: {enabled: true, severity: critical, options: {grace: 30m, pods: 3, exempt: [a, b]}}
  image-tag-latest:
    enabled: false
namespaces:
  exclude: [kube-system, "test-*"]
gate: {failOn: high, minScore: 80, requireComplete: true}
annotations: {ignore: forbid}
exceptions:
- &first
  checks: ["image-*"]
  namespaces: [legacy-*]
  kinds: [Deployment]
  names: [web]
  containers: [app]
  labels: {team: a, tier: 1}
  reason: the vendor tags so
  owner: team-a
  expires: 2027-01-31
- checks:
  - pod-pending
  reason: >
    another,
    longer
- *first
`

func TestLoad(t *testing.T) {
	f, err := Load("policy.yaml", []byte(everything), catalog)
	if err != nil {
		t.Fatal(err)
	}
	yes, no, score := true, false, 80
	first := api.ExceptionRule{
		Checks: []string{"image-*"}, Namespaces: []string{"legacy-*"}, Kinds: []string{"Deployment"}, Names: []string{"web"},
		Containers: []string{"app"}, Labels: map[string]string{"team": "a", "tier": "1"},
		Reason: "the vendor tags so", Owner: "team-a", Expires: "2027-01-31",
	}
	want := api.Config{
		APIVersion: api.APIVersion, Kind: api.ConfigKind, Profile: api.Strict, MinSeverity: api.Low,
		Checks: map[string]api.CheckConfig{
			"pod-pending":      {Enabled: &yes, Severity: api.Critical, Options: map[string]api.OptionValue{"grace": "30m", "pods": "3", "exempt": "a,b"}},
			"image-tag-latest": {Enabled: &no},
		},
		Namespaces:  api.NamespacesConfig{Exclude: []string{"kube-system", "test-*"}},
		Gate:        api.GateConfig{FailOn: api.High, MinScore: &score, RequireComplete: &yes},
		Annotations: api.AnnotationsConfig{Ignore: api.Forbid},
		Exceptions:  []api.ExceptionRule{first, {Checks: []string{"pod-pending"}, Reason: "another, longer"}, first},
	}
	if diff := cmp.Diff(want, f.Config); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"pod-pending.exempt=a,b", "pod-pending.grace=30m", "pod-pending.pods=3"}, f.Settings()); diff != "" {
		t.Error(diff)
	}
	if len(f.Exceptions()) != 3 {
		t.Errorf("%d exceptions", len(f.Exceptions()))
	}
	for key, want := range map[string]string{
		"profile": "policy.yaml:3", "checks.pod-pending.options.grace": "policy.yaml:6", "checks.image-tag-latest": "policy.yaml:7",
		"gate.minScore": "policy.yaml:11", "exceptions[1].reason": "policy.yaml:26", "exceptions[2]": "policy.yaml:29",
		"exceptions[1].nothing": "policy.yaml:24",
	} {
		if got := f.Source(key); got != want {
			t.Errorf("%s is at %s, want %s", key, got, want)
		}
	}
}

// The keys of a section may all be commented out.
func TestEmptySections(t *testing.T) {
	if _, err := Load("f", []byte(header+"checks:\nnamespaces:\n  exclude:\ngate: {}\nexceptions:\n"), catalog); err != nil {
		t.Error(err)
	}
}

// Every mistake is one line that says where it is, what is wrong, and what may
// be meant.
func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "f: the file is empty",
		"# nothing\n":                 "f: the file is empty",
		"---\n":                       "f: the file is empty",
		"null":                        "f: the file is empty",
		"a: [":                        "f:1: not YAML: did not find expected node content",
		"a: b\n c: d":                 "f:2: not YAML: mapping values are not allowed in this context",
		"a: *b":                       "f: not YAML: unknown anchor 'b' referenced",
		"hello":                       "f:1:1: the file must be a mapping of keys to values",
		"- a":                         "f:1:1: the file must be a mapping of keys to values",
		"profile: strict":             "f:1:1: apiVersion is missing: it must be prodcheck/v1alpha1\nf:1:1: kind is missing: it must be Config",
		"apiVersion: v1\nkind: Pod":   "f:1:13: apiVersion must be prodcheck/v1alpha1, not \"v1\"\nf:2:7: kind must be Config, not \"Pod\"",
		header + "---\n" + header:     "f:3:1: a second document: only one YAML document is allowed",
		header + "---\na: [":          "f:4: not YAML: did not find expected node content",
		header + "profil: strict":     `f:3:1: unknown key "profil" in the file, did you mean profile?`,
		header + "zzz: 1":             `f:3:1: unknown key "zzz" in the file, it knows apiVersion, kind, profile, minSeverity, assumeComplete, secrets, checks, namespaces, gate, annotations, outputs, history, exceptions`,
		header + "gate: {minScor: 1}": `f:3:8: unknown key "minScor" in gate, did you mean minScore?`,
		header + "gate: {minScore: 1, minScore: 2}":                                 `f:3:21: key "minScore" is in gate twice`,
		header + "gate: {[a]: 1}":                                                   `f:3:8: a key in gate must be a word`,
		header + "gate: high":                                                       `f:3:7: gate must be a mapping of keys to values`,
		header + "gate: {minScore: many}":                                           `f:3:18: gate.minScore must be a whole number, not "many"`,
		header + "gate: {minScore: 1.5}":                                            `f:3:18: gate.minScore must be a whole number, not "1.5"`,
		header + "gate: {minScore: 101}":                                            `f:3:18: gate.minScore must be from 0 to 100, not 101`,
		header + "gate: {minScore: [1]}":                                            `f:3:18: gate.minScore must be a single value`,
		header + "gate: {requireComplete: yes}":                                     `f:3:25: gate.requireComplete must be true or false, not "yes"`,
		header + "gate: {failOn: }":                                                 `f:3:16: gate.failOn has no value`,
		header + "gate: {failOn: \"\"}":                                             `f:3:16: gate.failOn: unknown severity "", must be one of critical, high, medium, low, info`,
		header + "gate: {failOn: severe}":                                           `f:3:16: gate.failOn: unknown severity "severe", must be one of critical, high, medium, low, info`,
		header + "minSeverity: severe":                                              `f:3:14: minSeverity: unknown severity "severe", must be one of critical, high, medium, low, info`,
		header + "profile: paranoid":                                                `f:3:10: unknown profile "paranoid", must be one of baseline, production, strict`,
		header + "annotations: {ignore: never}":                                     `f:3:23: annotations.ignore must be allow or forbid, not "never"`,
		header + "namespaces: {exclude: kube-system}":                               `f:3:23: namespaces.exclude must be a list`,
		header + "namespaces: {exclude: [a, \"[\"]}":                                `f:3:27: namespace pattern "[": syntax error in pattern`,
		header + "checks: {pod-pendin: {enabled: false}}":                           `f:3:10: unknown check "pod-pendin", did you mean pod-pending?`,
		header + "checks: {image-*: {enabled: false}}":                              `f:3:10: unknown check "image-*"`,
		header + "checks: {pod-pending: {severity: no}}":                            `f:3:34: checks.pod-pending.severity: unknown severity "no", must be one of critical, high, medium, low, info`,
		header + "checks: {pod-pending: {options: {grac: 1m}}}":                     `f:3:34: pod-pending has no option "grac", did you mean grace?`,
		header + "checks: {pod-pending: {options: {grace: soon}}}":                  `f:3:34: pod-pending.grace: "soon" is not a time such as 90s, 15m, 24h or 7d`,
		header + "checks: {pod-pending: {options: {grace: {a: b}}}}":                `f:3:41: checks.pod-pending.options.grace must be a single value`,
		header + "checks: {image-tag-latest: {options: {a: b}}}":                    `f:3:39: image-tag-latest has no options`,
		header + "exceptions: [{checks: [pod-pending]}]":                            `f:3:14: an exception needs a reason`,
		header + "exceptions: [{reason: known}]":                                    `f:3:14: an exception needs checks`,
		header + "exceptions: [null]":                                               `f:3:14: an exception needs checks`,
		header + "exceptions: [{checks: [pod-pending, pod-pendin], reason: known}]": `f:3:37: unknown check "pod-pendin", did you mean pod-pending?`,
		header + "exceptions: [{checks: ['*'], reason: a, expires: soon}]":          `f:3:50: expires must be a day such as 2027-01-31, not "soon"`,
		header + "exceptions: [{checks: ['*'], reason: a, namespace: [b]}]":         `f:3:41: unknown key "namespace" in exceptions[0], did you mean namespaces?`,
		header + "profil: strict\ngate: {minScor: 1}": "f:3:1: unknown key \"profil\" in the file, did you mean profile?\n" +
			"f:4:8: unknown key \"minScor\" in gate, did you mean minScore?",
	} {
		f, err := Load("f", []byte(text), catalog)
		if f != nil || err == nil || err.Error() != want {
			t.Errorf("%q:\n%v, want\n%s", text, err, want)
		}
	}
}

func TestFind(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	deep, home := filepath.Join(root, "project", "a", "b"), filepath.Join(root, "home")
	for _, dir := range []string{deep, filepath.Join(home, "prodcheck")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write := func(path string) string {
		t.Helper()
		if err := os.WriteFile(path, []byte(header), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	expect := func(configHome, want string) {
		t.Helper()
		if got, err := Find(deep, configHome); err != nil || got != want {
			t.Errorf("found %q %v, want %q", got, err, want)
		}
	}
	expect(home, "")
	own := write(filepath.Join(home, "prodcheck", "config.yaml"))
	expect(home, own)
	expect("", "")
	write(filepath.Join(root, "project", FileName))
	expect(home, filepath.Join("..", "..", FileName))
	write(filepath.Join(deep, FileName))
	expect(home, FileName)
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.yaml")
	if _, err := Read(missing, catalog); err == nil || err.Error() != missing+": no such file or directory" {
		t.Error(err)
	}
	if _, err := Read(dir, catalog); err == nil || err.Error() != dir+": is a directory" {
		t.Error(err)
	}
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, []byte(strings.Repeat("#", maxSize+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(large, catalog); err == nil || !strings.HasPrefix(err.Error(), large+": larger than") {
		t.Error(err)
	}
}
