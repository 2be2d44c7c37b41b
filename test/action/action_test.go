// Package action runs the steps of the GitHub Action, and the hook for pre-commit, on this machine. Only what needs
// GitHub's service is left out or replaced.
package action

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"
)

const repository = "../.."

// action is the part of action.yml that runs.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct{ Steps []step }
}

type step struct {
	ID, If, Uses, Run string
	Env, With         map[string]string
}

// runner replaces GitHub's: it runs the steps of the action in a workspace.
type runner struct {
	t         *testing.T
	workspace string
	context   map[string]string
	// ran are the steps that were not skipped: their ids, actions or commands.
	ran    []string
	out    string
	status int
}

func newRunner(t *testing.T, inputs map[string]string) *runner {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the steps need bash and curl")
	}
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{t: t, workspace: t.TempDir(), context: map[string]string{
		"github.action_path": root, "github.action_ref": "v0.1.0", "github.token": "secret", "github.repository": "shop/manifests",
		"github.event_name": "push", "github.event.pull_request.number": "7",
	}}
	for name, value := range inputs {
		r.context["inputs."+name] = value
	}
	write(t, filepath.Join(r.workspace, "deploy/web.yaml"), manifest)
	return r
}

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: nginx:latest
`

// run runs the steps until one fails.
func (r *runner) run(environment ...string) {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "action.yml"))
	if err != nil {
		r.t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		r.t.Fatal(err)
	}
	for name, input := range a.Inputs {
		if _, given := r.context["inputs."+name]; !given {
			r.context["inputs."+name] = r.replace(input.Default)
		}
	}
	for _, s := range a.Runs.Steps {
		if !r.holds(s.If) {
			continue
		}
		r.ran = append(r.ran, s.ID+strings.Split(s.Uses, "@")[0]+filepath.Base(strings.Trim(s.Run, `"`)))
		if s.Uses != "" {
			for name, value := range s.With {
				r.context["with."+name] = r.replace(value)
			}
			continue
		}
		if r.status = r.bash(s, environment); r.status != 0 {
			return
		}
	}
}

func (r *runner) bash(s step, environment []string) (status int) {
	r.t.Helper()
	output := filepath.Join(r.t.TempDir(), "output")
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", r.replace(s.Run))
	cmd.Dir = r.workspace
	cmd.Env = append(os.Environ(), "GITHUB_OUTPUT="+output, "GITHUB_STEP_SUMMARY="+filepath.Join(r.workspace, "summary.md"), "RUNNER_TEMP="+r.workspace)
	cmd.Env = append(cmd.Env, environment...)
	for name, value := range s.Env {
		cmd.Env = append(cmd.Env, name+"="+r.replace(value))
	}
	out, err := cmd.CombinedOutput()
	r.out += string(out)
	if err != nil && cmd.ProcessState == nil {
		r.t.Fatal(err)
	}
	text, _ := os.ReadFile(output)
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		r.context["steps."+s.ID+".outputs."+name] = value
	}
	return cmd.ProcessState.ExitCode()
}

var expression = regexp.MustCompile(`\$\{\{ (.+?) \}\}`)

func (r *runner) replace(text string) string {
	return expression.ReplaceAllStringFunc(text, func(match string) string {
		name := expression.FindStringSubmatch(match)[1]
		value, known := r.context[name]
		if !known {
			r.t.Errorf("action.yml asks for %s, which there is not", name)
		}
		return value
	})
}

// holds evaluates a condition of comparisons with && between them.
func (r *runner) holds(condition string) bool {
	if condition == "" {
		return true
	}
	for part := range strings.SplitSeq(condition, " && ") {
		words := strings.Fields(part)
		if len(words) != 3 {
			r.t.Fatalf("%q is no comparison", part)
		}
		equal := r.context[words[0]] == strings.Trim(words[2], "'")
		if equal != (words[1] == "==") {
			return false
		}
	}
	return true
}

func TestAudit(t *testing.T) {
	for name, test := range map[string]struct {
		inputs map[string]string
		status int
		out    string
	}{
		"a gate that fails":    {map[string]string{"files": "deploy"}, 1, "::error file=deploy/web.yaml,line="},
		"a gate that passes":   {map[string]string{"files": "deploy\n", "fail-on": "critical"}, 0, "::error file=deploy/web.yaml,line="},
		"no gate":              {map[string]string{"files": "deploy", "fail-on": ""}, 0, ""},
		"without annotations":  {map[string]string{"files": "deploy", "annotate": "false"}, 1, "image-tag-latest"},
		"more arguments":       {map[string]string{"files": "deploy", "args": "--check=image-tag-latest\n--set\nimage-tag-latest.nope=1\n"}, 2, "has no option"},
		"a path with a blank":  {map[string]string{"files": "my manifests"}, 1, "file=my manifests/web.yaml,line="},
		"a missing directory":  {map[string]string{"files": "nowhere"}, 2, "nowhere: no such file or directory"},
		"a kustomization":      {map[string]string{"kustomize": "overlay"}, 1, "image-tag-latest"},
		"an injected argument": {map[string]string{"files": "deploy; touch injected", "fail-on": "$(touch injected)"}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRunner(t, test.inputs)
			r.context["inputs.binary"] = binary(t)
			write(t, filepath.Join(r.workspace, "my manifests/web.yaml"), manifest)
			write(t, filepath.Join(r.workspace, "overlay/kustomization.yaml"), "resources: [web.yaml]\n")
			write(t, filepath.Join(r.workspace, "overlay/web.yaml"), manifest)
			r.run()
			if r.status != test.status || !strings.Contains(r.out, test.out) {
				t.Errorf("status %d, want %d; output lacks %q:\n%s", r.status, test.status, test.out, r.out)
			}
			if _, err := os.Stat(filepath.Join(r.workspace, "injected")); err == nil {
				t.Error("an input was run")
			}
			if test.status == 2 {
				return
			}
			for _, file := range []string{"summary.md", "prodcheck/prodcheck.json", "prodcheck/prodcheck.md", "prodcheck/prodcheck.sarif"} {
				if info, err := os.Stat(filepath.Join(r.workspace, file)); err != nil || info.Size() == 0 {
					t.Errorf("%s: %v", file, err)
				}
			}
		})
	}
}

// The reports of an audit whose gate fails are uploaded and commented on before the job fails.
func TestUploadAndComment(t *testing.T) {
	tools := t.TempDir()
	write(t, filepath.Join(tools, "gh"), `#!/usr/bin/env bash
printf '%s\n' "$*" >>"$CALLS"
case "$*" in *--paginate*) echo "$EARLIER" ;; esac
`)
	if err := os.Chmod(filepath.Join(tools, "gh"), 0o755); err != nil {
		t.Fatal(err)
	}
	for earlier, call := range map[string]string{
		"":   "pr comment 7 --body-file ",
		"42": "api --silent --method PATCH repos/shop/manifests/issues/comments/42 --field body=@",
	} {
		r := newRunner(t, map[string]string{"files": "deploy", "sarif": "true", "comment": "true"})
		r.context["inputs.binary"], r.context["github.event_name"] = binary(t), "pull_request"
		calls := filepath.Join(r.workspace, "calls")
		r.run("PATH="+tools+":"+os.Getenv("PATH"), "CALLS="+calls, "EARLIER="+earlier)
		if want := []string{"installinstall.sh", "auditaudit.sh", "github/codeql-action/upload-sarif.", "comment.sh", `exit "$STATUS`}; !slices.Equal(r.ran, want) || r.status != 1 {
			t.Errorf("ran %q, status %d:\n%s", r.ran, r.status, r.out)
		}
		if file := r.context["with.sarif_file"]; file != filepath.Join(r.workspace, "prodcheck/prodcheck.sarif") {
			t.Errorf("uploads %s", file)
		}
		text, _ := os.ReadFile(calls)
		if !strings.Contains(string(text), call) {
			t.Errorf("gh was called with %s", text)
		}
	}
}

// A release is downloaded, and its sum is checked.
func TestInstall(t *testing.T) {
	releases := t.TempDir()
	platform := runtime.GOOS + "_" + runtime.GOARCH
	archive := filepath.Join(releases, "v0.1.0", "kubectl-prodcheck_"+platform+".tar.gz")
	pack(t, archive, binary(t))
	text, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	sums := filepath.Join(releases, "v0.1.0", "checksums.txt")
	write(t, sums, fmt.Sprintf("%x  %s\n", sha256.Sum256(text), filepath.Base(archive)))
	r := newRunner(t, map[string]string{"files": "deploy", "fail-on": ""})
	if r.run("RELEASES=file://" + releases); r.status != 0 {
		t.Errorf("status %d:\n%s", r.status, r.out)
	}
	write(t, sums, fmt.Sprintf("%x  %s\n", sha256.Sum256(nil), filepath.Base(archive)))
	r = newRunner(t, map[string]string{"files": "deploy", "fail-on": ""})
	if r.run("RELEASES=file://" + releases); r.status == 0 {
		t.Errorf("an archive with another sum was used:\n%s", r.out)
	}
	r = newRunner(t, map[string]string{"files": "deploy"})
	r.context["github.action_ref"] = "main"
	if r.run(); r.status != 2 || !strings.Contains(r.out, "name one with the input version") {
		t.Errorf("status %d:\n%s", r.status, r.out)
	}
}

func TestPreCommitHook(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository, ".pre-commit-hooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct {
		ID, Entry, Files string
		Args             []string
		PassFilenames    *bool `json:"pass_filenames"`
	}
	if err := yaml.Unmarshal(text, &hooks); err != nil || len(hooks) != 1 {
		t.Fatalf("%v: %+v", err, hooks)
	}
	hook := hooks[0]
	if files := regexp.MustCompile(hook.Files); !files.MatchString("deploy/web.yaml") || files.MatchString("main.go") || *hook.PassFilenames {
		t.Errorf("%+v", hook)
	}
	for content, want := range map[string]int{manifest: 1, strings.ReplaceAll(manifest, "kind: Deployment", "kind: Widget"): 0} {
		directory := t.TempDir()
		write(t, filepath.Join(directory, "deploy/web.yaml"), content)
		entry := strings.Fields(hook.Entry)
		cmd := exec.Command(binary(t), append(entry[1:], hook.Args...)...)
		cmd.Dir = directory
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != want || entry[0] != "kubectl-prodcheck" {
			t.Errorf("status %d, want %d:\n%s", got, want, out)
		}
	}
}

var build = sync.OnceValues(func() (string, error) {
	directory, err := os.MkdirTemp("", "action")
	if err != nil {
		return "", err
	}
	file := filepath.Join(directory, "kubectl-prodcheck")
	cmd := exec.Command("go", "build", "-o", file, "./cmd/kubectl-prodcheck")
	cmd.Dir = repository
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// binary is the program, built once.
func binary(t *testing.T) string {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestMain(m *testing.M) {
	status := m.Run()
	if file, err := build(); err == nil {
		os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(status)
}

func pack(t *testing.T, archive, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(archive), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	compressed, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	packed := tar.NewWriter(compressed)
	if err := packed.WriteHeader(&tar.Header{Name: "kubectl-prodcheck", Mode: 0o755, Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
	if _, err := packed.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := compressed.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
