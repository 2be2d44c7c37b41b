package action

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// blocks returns the blocks of YAML below a heading of the page about pipelines.
func blocks(t *testing.T, heading string) []string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(repository, "docs/ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("the page has no section %s", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var all []string
	for _, match := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(section, -1) {
		all = append(all, match[1])
	}
	return all
}

// decode decodes a block strictly.
func decode(t *testing.T, block string, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(block), into); err != nil {
		t.Fatalf("%v:\n%s", err, block)
	}
}

// workspace has manifests with findings that are high.
func workspace(t *testing.T) string {
	t.Helper()
	directory := t.TempDir()
	write(t, filepath.Join(directory, "deploy/web.yaml"), manifest)
	return directory
}

// prodcheck runs the program in a directory.
func prodcheck(t *testing.T, directory string, args ...string) (status int, out string) {
	t.Helper()
	cmd := exec.Command(binary(t), args...)
	cmd.Dir = directory
	text, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(text)
}

// The Action runs with the inputs of each example, and the table has all inputs with their defaults.
func TestGitHubPage(t *testing.T) {
	inputs := map[string]string{}
	for name, input := range readAction(t).Inputs {
		inputs[name] = input.Default
	}
	steps := 0
	for _, block := range blocks(t, "GitHub") {
		var workflow struct {
			Jobs map[string]struct{ Steps []map[string]any }
		}
		var list []map[string]any
		if strings.Contains(block, "\njobs:\n") {
			if err := yaml.Unmarshal([]byte(block), &workflow); err != nil {
				t.Fatal(err)
			}
			for _, job := range workflow.Jobs {
				list = append(list, job.Steps...)
			}
		} else {
			decode(t, block, &list)
		}
		for _, step := range list {
			if !strings.HasPrefix(fmt.Sprint(step["uses"]), "prodcheck/kubectl-prodcheck@v") {
				continue
			}
			steps++
			with := map[string]string{}
			for name, value := range step["with"].(map[string]any) {
				if _, known := inputs[name]; !known {
					t.Errorf("%s is no input", name)
				}
				with[name] = fmt.Sprint(value)
			}
			runStep(t, with)
		}
	}
	if steps != 3 {
		t.Errorf("%d examples ran", steps)
	}
	page, err := os.ReadFile(filepath.Join(repository, "docs/ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		row := regexp.MustCompile("(?m)^\\|[^|]*`" + name + "`[^|]*\\|([^|]*)\\|").FindStringSubmatch(string(page))
		if row == nil {
			t.Errorf("the table does not have %s", name)
			continue
		}
		if written, is := strings.Trim(row[1], " `"), inputs[name]; written != is && is != "" && !strings.HasPrefix(is, "$") {
			t.Errorf("the default of %s is %q, not %q", name, is, written)
		}
	}
}

// runStep runs the Action twice. A pull request without a change fails only the gate for what was there before.
func runStep(t *testing.T, with map[string]string) {
	t.Helper()
	want := 1
	if with["fail-on-new"] != "" {
		want = 0
	}
	r := newRunner(t, with)
	for name, value := range with {
		r.context["inputs."+name] = r.replace(value)
	}
	if with["files"] == "" {
		// There is no cluster.
		r.context["inputs.files"] = "deploy"
		r.context["inputs.args"] = strings.ReplaceAll(with["args"], "--require-complete\n", "")
	}
	r.context["inputs.binary"] = binary(t)
	git(t, r.workspace, "init", "--quiet")
	commit(t, r.workspace)
	commit(t, r.workspace)
	for range 2 {
		if r.run(); r.status != want {
			t.Errorf("%v: status %d, want %d:\n%s", with, r.status, want, r.out)
		}
	}
}

// The job runs as it is, with an archive in place of the download.
func TestGitLabPage(t *testing.T) {
	needBash(t)
	var jobs map[string]struct {
		Image        string
		BeforeScript []string `json:"before_script"`
		Script       []string
		Artifacts    struct {
			When    string
			Paths   []string
			Reports map[string]string
		}
	}
	decode(t, blocks(t, "GitLab")[0], &jobs)
	job := jobs["prodcheck"]
	directory := workspace(t)
	archive := filepath.Join(t.TempDir(), "kubectl-prodcheck_linux_amd64.tar.gz")
	pack(t, archive, binary(t))
	script := append([]string{`wget() { [[ ${@: -1} == */` + filepath.Base(archive) + ` ]] && cat "$ARCHIVE"; }`}, append(job.BeforeScript, job.Script...)...)
	cmd := exec.Command("bash", "-eo", "pipefail", "-c", strings.Join(script, "\n"))
	cmd.Dir, cmd.Env = directory, append(os.Environ(), "ARCHIVE="+archive)
	out, _ := cmd.CombinedOutput()
	if status := cmd.ProcessState.ExitCode(); status != 1 || !strings.Contains(string(out), "image-tag-latest") {
		t.Errorf("status %d:\n%s", status, out)
	}
	for _, file := range append(job.Artifacts.Paths, slices.Collect(maps.Values(job.Artifacts.Reports))...) {
		if info, err := os.Stat(filepath.Join(directory, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestTektonPage(t *testing.T) {
	var task struct {
		APIVersion, Kind string
		Metadata         map[string]string
		Spec             struct {
			Workspaces []map[string]string
			Steps      []corev1.Container
		}
	}
	decode(t, blocks(t, "Tekton")[0], &task)
	step := task.Spec.Steps[0]
	if step.Command[0] != "/kubectl-prodcheck" {
		t.Errorf("the image has no %s", step.Command[0])
	}
	if status, out := prodcheck(t, workspace(t), step.Args...); status != 1 || !strings.Contains(out, "image-tag-latest") {
		t.Errorf("status %d:\n%s", status, out)
	}
}

// The hook of Argo CD is a Job of which prodcheck itself finds nothing that is critical, and the flags of both examples exist.
func TestArgoPages(t *testing.T) {
	var job batchv1.Job
	text := blocks(t, "Argo CD")[0]
	decode(t, text, &job)
	directory := t.TempDir()
	write(t, filepath.Join(directory, "hook.yaml"), text)
	if status, out := prodcheck(t, directory, "-f", "hook.yaml", "--fail-on=critical"); status != 0 {
		t.Errorf("status %d:\n%s", status, out)
	}
	var template struct {
		APIVersion, Kind string
		Metadata         map[string]string
		Spec             struct {
			Entrypoint, ServiceAccountName string
			Templates                      []struct {
				Name      string
				Container corev1.Container
			}
		}
	}
	decode(t, blocks(t, "Argo Workflows")[0], &template)
	for _, args := range [][]string{job.Spec.Template.Spec.Containers[0].Args, template.Spec.Templates[0].Container.Args} {
		if status, out := prodcheck(t, workspace(t), append(args, "-f", "deploy")...); status != 0 {
			t.Errorf("%q: status %d:\n%s", args, status, out)
		}
	}
}

func TestPreCommitPage(t *testing.T) {
	var config struct {
		Repos []struct {
			Repo, Rev string
			Hooks     []struct {
				ID   string
				Args []string
			}
		}
	}
	decode(t, blocks(t, "Before a commit")[0], &config)
	hook := config.Repos[0].Hooks[0]
	if hook.ID != readHook(t).ID {
		t.Errorf("there is no hook %s", hook.ID)
	}
	if status, out := prodcheck(t, workspace(t), append(readHook(t).arguments(), hook.Args...)...); status != 1 {
		t.Errorf("status %d:\n%s", status, out)
	}
}
