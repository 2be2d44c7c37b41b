package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// The page about changes shows the output of the program for the manifests of a branch, and
// for a history of three audits; -update rewrites it.
func TestChangesPage(t *testing.T) {
	file, err := filepath.Abs("../../docs/changes.md")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page, manifests := string(data), os.DirFS("testdata/changes")
	dir := t.TempDir()
	if err := os.CopyFS(dir, manifests); err != nil {
		t.Fatal(err)
	}
	t.Setenv(configVariable, "")
	t.Chdir(dir)
	yesterday := now().Add(-24 * time.Hour).Format(time.RFC3339)
	for _, args := range [][]string{
		{"-f", "main/deploy", "-o", "json=main.json", "--as-of", yesterday},
		{"-f", "deploy", "-o", "json=branch.json"},
		{"-f", "main/deploy", "--cluster-name", "prod-eu", "--history", "history", "--as-of", "2026-11-18T02:30:00Z"},
		{"-f", "deploy", "--cluster-name", "prod-eu", "--history", "history", "--as-of", "2026-11-19T02:30:00Z"},
		{"-f", "main/deploy", "--cluster-name", "prod-eu", "--history", "history", "--as-of", "2026-11-20T02:30:00Z"},
	} {
		streams, _, _, errOut := genericiooptions.NewTestIOStreams()
		if status := run(append([]string{"kubectl-prodcheck"}, args...), streams); status != 0 {
			t.Fatalf("%v: status %d: %s", args, status, errOut)
		}
	}
	if !console.MatchString(page) {
		t.Fatal("the page shows no command")
	}
	want := asPrinted(page)
	comparePage(t, file, want, page)
}
