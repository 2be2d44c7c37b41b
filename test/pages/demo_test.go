package pages

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The page of the demo, as the program writes it.
func TestDemo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.html")
	demo := exec.Command("go", "run", "-C", "../..", "./cmd/kubectl-prodcheck", "demo", "--config=", "-o", "html="+file)
	demo.Stderr = os.Stderr
	if _, err := demo.Output(); err != nil {
		t.Fatal(err)
	}
	tab := openFile(t, file, desktop)
	if title := value[string](tab, `document.title`); title != "demo – production readiness" {
		t.Errorf("the title is %q", title)
	}
	if undocumented := value[int](tab, `document.querySelectorAll('.group:not(:has(.doc))').length`); undocumented > 0 {
		t.Errorf("%d groups without the documentation of their check", undocumented)
	}
	tab.await(shownText + ` === document.querySelectorAll('.finding').length + ' findings'`)
	tab.shoot("demo")
}
