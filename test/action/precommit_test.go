package action

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// hook contains the keys of the definition.
type hook struct {
	ID, Name, Description, Entry, Language, Files string
	Args                                          []string
	PassFilenames                                 *bool `json:"pass_filenames"`
	RequireSerial                                 bool  `json:"require_serial"`
}

func readHook(t *testing.T) hook {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, ".pre-commit-hooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var hooks []hook
	if err := yaml.UnmarshalStrict(text, &hooks); err != nil || len(hooks) != 1 {
		t.Fatalf("%v: %+v", err, hooks)
	}
	return hooks[0]
}

// arguments returns the part of the command that a user cannot change.
func (h hook) arguments() []string { return strings.Fields(h.Entry)[1:] }

func TestPreCommitHook(t *testing.T) {
	hook := readHook(t)
	if files := regexp.MustCompile(hook.Files); !files.MatchString("deploy/web.yaml") || files.MatchString("main.go") || *hook.PassFilenames {
		t.Errorf("%+v", hook)
	}
	if !strings.HasPrefix(hook.Entry, "kubectl-prodcheck ") {
		t.Errorf("it runs %s", hook.Entry)
	}
	for content, want := range map[string]int{manifest: 1, strings.ReplaceAll(manifest, "kind: Deployment", "kind: Widget"): 0} {
		directory := t.TempDir()
		write(t, filepath.Join(directory, "deploy/web.yaml"), content)
		if got, out := prodcheck(t, directory, append(hook.arguments(), hook.Args...)...); got != want {
			t.Errorf("status %d, want %d:\n%s", got, want, out)
		}
	}
}
