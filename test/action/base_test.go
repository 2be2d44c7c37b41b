package action

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// git runs git in a directory.
func git(t *testing.T, directory string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"}, args...)...)
	cmd.Dir = directory
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func commit(t *testing.T, directory string) {
	t.Helper()
	git(t, directory, "add", "deploy")
	git(t, directory, "commit", "--quiet", "--allow-empty", "--message", "change")
}

// The findings of a pull request are compared with those of the commit that it is based on.
func TestBase(t *testing.T) {
	for name, test := range map[string]struct {
		inputs map[string]string
		// change makes the pull request.
		change func(t *testing.T, workspace string)
		status int
		out    string
	}{
		"a new manifest": {nil, func(t *testing.T, workspace string) {
			write(t, filepath.Join(workspace, "deploy/cart.yaml"), strings.ReplaceAll(manifest, "web", "cart"))
		}, 1, "::error file=deploy/cart.yaml"},
		"another order": {nil, func(t *testing.T, workspace string) {
			write(t, filepath.Join(workspace, "deploy/web.yaml"), "# A comment.\n"+manifest)
		}, 0, "::error file=deploy/web.yaml"},
		"a new directory": {map[string]string{"files": "deploy\nmore"}, func(t *testing.T, workspace string) {
			write(t, filepath.Join(workspace, "more/cart.yaml"), strings.ReplaceAll(manifest, "web", "cart"))
		}, 1, "::error file=more/cart.yaml"},
		"only new directories": {map[string]string{"files": "more"}, func(t *testing.T, workspace string) {
			write(t, filepath.Join(workspace, "more/cart.yaml"), strings.ReplaceAll(manifest, "web", "cart"))
		}, 1, "::error file=more/cart.yaml"},
		"a new finding of low severity": {map[string]string{"fail-on-new": "critical"}, func(t *testing.T, workspace string) {
			write(t, filepath.Join(workspace, "deploy/cart.yaml"), strings.ReplaceAll(manifest, "web", "cart"))
		}, 0, "::error file=deploy/cart.yaml"},
		"both gates":         {map[string]string{"fail-on": "high"}, nil, 1, "::error file=deploy/web.yaml"},
		"an unknown commit":  {map[string]string{"base": "0123456789012345678901234567890123456789"}, nil, 2, "::error::the commit 0123456789012345678901234567890123456789 cannot be read"},
		"an option":          {map[string]string{"base": "--upload-pack=touch injected"}, nil, 2, "::error::the commit --upload-pack=touch injected cannot be read"},
		"a baseline as well": {map[string]string{"baseline": "main.json"}, nil, 2, "::error::baseline and base cannot be used together"},
		"a cluster":          {map[string]string{"files": ""}, nil, 2, "::error::base is for manifests"},
		"an absolute path":   {map[string]string{"files": "/deploy"}, nil, 2, "::error::with base, files and kustomize must be relative"},
		"a severity with a spelling mistake": {map[string]string{"files": "more", "fail-on-new": "hihg"}, func(t *testing.T, workspace string) {
			write(t, filepath.Join(workspace, "more/cart.yaml"), manifest)
		}, 2, "hihg"},
	} {
		t.Run(name, func(t *testing.T) {
			inputs := map[string]string{"files": "deploy", "base": "HEAD~1", "fail-on": "", "fail-on-new": "high"}
			for name, value := range test.inputs {
				inputs[name] = value
			}
			r := newRunner(t, inputs)
			r.context["inputs.binary"] = binary(t)
			git(t, r.workspace, "init", "--quiet")
			commit(t, r.workspace)
			if test.change != nil {
				test.change(t, r.workspace)
			}
			commit(t, r.workspace)
			r.run()
			first, _, _ := strings.Cut(r.out, "\n")
			if r.status != test.status || !strings.Contains(r.out, test.out) || test.status < 2 && !strings.HasPrefix(first, test.out) {
				t.Errorf("status %d, want %d with %q:\n%s", r.status, test.status, test.out, r.out)
			}
			if trees := git(t, r.workspace, "worktree", "list"); strings.Contains(trees, "\n") {
				t.Errorf("a work tree is left: %s", trees)
			}
			if _, err := os.Stat(filepath.Join(r.workspace, "injected")); err == nil {
				t.Error("an input was run")
			}
			if test.status == 2 {
				return
			}
			summary, _ := os.ReadFile(filepath.Join(r.workspace, "summary.md"))
			if !strings.Contains(string(summary), "Since base&#45;") && !strings.Contains(string(summary), "Since base-") {
				t.Errorf("the summary does not compare: %s", summary)
			}
		})
	}
}

// A checkout without history fetches the commit to compare with.
func TestBaseOfAShallowCheckout(t *testing.T) {
	r := newRunner(t, map[string]string{"files": "deploy", "fail-on": "", "fail-on-new": "high"})
	r.context["inputs.binary"] = binary(t)
	origin := r.workspace
	git(t, origin, "init", "--quiet")
	git(t, origin, "config", "uploadpack.allowAnySHA1InWant", "true")
	commit(t, origin)
	r.context["inputs.base"] = git(t, origin, "rev-parse", "HEAD")
	commit(t, origin)
	r.workspace = filepath.Join(t.TempDir(), "checkout")
	git(t, origin, "clone", "--quiet", "--depth=1", "file://"+origin, r.workspace)
	if r.run(); r.status != 0 {
		t.Errorf("status %d:\n%s", r.status, r.out)
	}
}

// A baseline is a report of any earlier run, such as that of the last deployment.
func TestBaseline(t *testing.T) {
	r := newRunner(t, map[string]string{"files": "deploy", "fail-on": ""})
	r.context["inputs.binary"] = binary(t)
	r.run()
	report, err := os.ReadFile(filepath.Join(r.workspace, "prodcheck/prodcheck.json"))
	if err != nil {
		t.Fatal(err)
	}
	for added, want := range map[string]int{"": 0, strings.ReplaceAll(manifest, "web", "cart"): 1} {
		r := newRunner(t, map[string]string{"files": "deploy", "baseline": "last.json", "fail-on": "", "fail-on-new": "high"})
		r.context["inputs.binary"] = binary(t)
		write(t, filepath.Join(r.workspace, "last.json"), string(report))
		if added != "" {
			write(t, filepath.Join(r.workspace, "deploy/cart.yaml"), added)
		}
		if r.run(); r.status != want {
			t.Errorf("status %d, want %d:\n%s", r.status, want, r.out)
		}
	}
}
