package cli

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// exe is the extension of what can be executed.
func exe() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// beside makes a plugin with that content in a directory of its own.
func beside(t *testing.T, content string) completer {
	t.Helper()
	plugin := filepath.Join(t.TempDir(), pluginPrefix+"prodcheck"+exe())
	if err := os.WriteFile(plugin, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
	c, err := completerOf(plugin)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// On Windows, the completer is a copy, which works until the plugin changes.
func TestCompleterAsACopy(t *testing.T) {
	c := beside(t, "version 1")
	hidden := ", once " + filepath.Dir(c.path) + " is on PATH, where kubectl looks for it"
	for _, says := range []string{" now completes the plugin", " already completes the plugin"} {
		want := c.path + says + hidden
		if done, err := c.install(c.copy); err != nil || done != want {
			t.Errorf("%q, %v; want %q", done, err, want)
		}
	}
	if content, err := os.ReadFile(c.path); string(content) != "version 1" {
		t.Errorf("%q, %v", content, err)
	}
	if _, err := exec.LookPath(c.path); err != nil {
		t.Errorf("it cannot be executed: %v", err)
	}
	if err := os.WriteFile(c.plugin, []byte("version 2"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := c.install(c.copy); err == nil || !strings.Contains(err.Error(), "is not this executable") {
		t.Errorf("the copy of another version: %v", err)
	}
}

func TestCompleterThatCannotBePlaced(t *testing.T) {
	c := beside(t, "version 1")
	c.path = filepath.Join(filepath.Dir(c.path), "missing", filepath.Base(c.path))
	places := map[string]func() error{"copy": c.copy}
	if runtime.GOOS != "windows" {
		places["link"] = c.link
	}
	for name, place := range places {
		if _, err := c.install(place); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), c.path+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCompleterOfWhatIsNoPlugin(t *testing.T) {
	name := filepath.Join(t.TempDir(), "prodcheck"+exe())
	if err := os.WriteFile(name, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := completerOf(name); err == nil || !strings.Contains(err.Error(), "rename it to kubectl-prodcheck") {
		t.Errorf("%s: %v", name, err)
	}
}
