// Package action runs the steps of the GitHub Action, the hook for pre-commit and what the page about pipelines shows, on this
// machine. Only what needs a service is left out or replaced.
package action

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

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
	needBash(t)
	tools := t.TempDir()
	write(t, filepath.Join(tools, "gh"), `#!/usr/bin/env bash
printf '%s\n' "$*" >>"$CALLS"
[[ $EARLIER != fails ]] || exit 1
case "$*" in *--paginate*) echo "$EARLIER" ;; esac
`)
	if err := os.Chmod(filepath.Join(tools, "gh"), 0o755); err != nil {
		t.Fatal(err)
	}
	for earlier, call := range map[string]string{
		"":       "pr comment 7 --body-file ",
		"41\n42": "api --silent --method PATCH repos/shop/manifests/issues/comments/42 --field body=@",
		"fails":  "api --paginate ",
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
		if warned := strings.Contains(r.out, "::warning::the pull request has no comment"); warned != (earlier == "fails") {
			t.Errorf("a warning, %v:\n%s", warned, r.out)
		}
	}
}

// A release is downloaded, and its sum is checked.
func TestInstall(t *testing.T) {
	needBash(t)
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
