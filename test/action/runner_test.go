package action

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
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

// needBash skips a test of scripts. A bash on Windows may be that of another system, which has
// other names for the same files.
func needBash(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("bash and this test would have different names for files")
	}
}

func newRunner(t *testing.T, inputs map[string]string) *runner {
	t.Helper()
	needBash(t)
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{t: t, workspace: t.TempDir(), context: map[string]string{
		"github.action_path": root, "github.action_ref": "v0.1.0", "github.token": "secret", "github.repository": "shop/manifests",
		"github.event_name": "push", "github.event.pull_request.number": "7", "github.event.pull_request.base.sha": "HEAD~1",
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

func readAction(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// run runs the steps until one fails.
func (r *runner) run(environment ...string) {
	r.t.Helper()
	r.status = 0
	a := readAction(r.t)
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
	cmd.Env = append(os.Environ(), "GITHUB_OUTPUT="+output, "GITHUB_STEP_SUMMARY="+filepath.Join(r.workspace, "summary.md"), "RUNNER_TEMP="+r.workspace, "GITHUB_JOB=manifests")
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
