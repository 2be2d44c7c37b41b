package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"mvdan.cc/sh/v3/shell"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

const configPage = "../../docs/config.md"

var (
	yamlBlock    = regexp.MustCompile("(?s)```yaml\n(.*?)```")
	consoleBlock = regexp.MustCompile("(?s)```console\n\\$ kubectl prodcheck ([^\n]*)\n(.*?)```")
)

// The page's first file is valid, and the page shows what the program prints in
// a directory with it; -update makes it so.
func TestConfigPage(t *testing.T) {
	data, err := os.ReadFile(configPage)
	if err != nil {
		t.Fatal(err)
	}
	page, err := filepath.Abs(configPage)
	if err != nil {
		t.Fatal(err)
	}
	example := yamlBlock.FindSubmatch(data)
	if example == nil {
		t.Fatal("the page shows no file")
	}
	if _, err := config.Load("docs/config.md", example[1], checks.All()); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	writeFile(t, config.FileName, string(example[1]))
	shown := 0
	want := consoleBlock.ReplaceAllFunc(data, func(block []byte) []byte {
		shown++
		line := string(consoleBlock.FindSubmatch(block)[1])
		return []byte("```console\n$ kubectl prodcheck " + line + "\n" + terminalText(t, line) + "```")
	})
	if shown == 0 {
		t.Fatal("the page shows no output")
	}
	if *update {
		if err := os.WriteFile(page, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(data)); diff != "" {
		t.Errorf("the page differs (-program +page); go test ./cmd/kubectl-prodcheck -run ConfigPage -update mends it:\n%s", diff)
	}
}

// terminalText is all that a command line of the plugin prints.
func terminalText(t *testing.T, line string) string {
	t.Helper()
	args, err := shell.Fields(line, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	run(append([]string{"kubectl-prodcheck"}, args...), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &text, ErrOut: &text})
	return text.String()
}
