package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// The README and the page about usage show the output of the program; -update
// rewrites them.
func TestShownOutput(t *testing.T) {
	var parsed struct{ Findings []json.RawMessage }
	if err := json.Unmarshal([]byte(demo(t, "-o", "json", "--check", "container-oom-killed")), &parsed); err != nil {
		t.Fatal(err)
	}
	var finding bytes.Buffer
	if err := json.Indent(&finding, parsed.Findings[0], "", "  "); err != nil {
		t.Fatal(err)
	}
	checkShown(t, "../../README.md", "$ kubectl prodcheck demo\n", demo(t))
	checkShown(t, "../../docs/usage.md", "| jq '.findings[0]'\n", finding.String()+"\n")
}

// The page about outputs shows what each format makes of the demo.
func TestShownFormats(t *testing.T) {
	const page = "../../docs/outputs.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for line := range strings.Lines(string(text)) {
		command, found := strings.CutPrefix(line, "$ kubectl prodcheck demo ")
		if !found {
			continue
		}
		shown++
		command, filter, filtered := strings.Cut(strings.TrimSpace(command), " | ")
		printed := demo(t, strings.Fields(command)...)
		if filtered && filter == "jq '.runs[0].results[0]'" {
			printed = firstResult(t, printed)
		}
		checkShownUntil(t, page, line, "~~~", printed)
	}
	if shown != 9 {
		t.Errorf("%d formats are shown", shown)
	}
}

func firstResult(t *testing.T, sarif string) string {
	t.Helper()
	var log struct {
		Runs []struct{ Results []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(sarif), &log); err != nil {
		t.Fatal(err)
	}
	var result bytes.Buffer
	if err := json.Indent(&result, log.Runs[0].Results[0], "", "  "); err != nil {
		t.Fatal(err)
	}
	return result.String() + "\n"
}

// checkShown compares the output below a command in a page with the real output.
func checkShown(t *testing.T, page, command, printed string) {
	t.Helper()
	checkShownUntil(t, page, command, "```", printed)
}

func checkShownUntil(t *testing.T, page, command, end, printed string) {
	t.Helper()
	shown, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want := replaceBetween(t, string(shown), command, end, printed)
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(shown)); diff != "" {
		t.Errorf("%s differs (-program +page); make generate updates it:\n%s", page, diff)
	}
}

// demo returns the output of "kubectl prodcheck demo".
func demo(t *testing.T, args ...string) string {
	t.Helper()
	t.Setenv(configVariable, "")
	streams, _, out, errOut := genericiooptions.NewTestIOStreams()
	if status := run(append([]string{"kubectl-prodcheck", "demo"}, args...), streams); status != 0 {
		t.Fatalf("status %d: %s", status, errOut)
	}
	return out.String()
}

// replaceBetween replaces the text between the first text and the next
// occurrence of the second.
func replaceBetween(t *testing.T, s, after, before, with string) string {
	t.Helper()
	head, rest, found := strings.Cut(s, after)
	if !found {
		t.Fatalf("no %q", after)
	}
	_, tail, found := strings.Cut(rest, before)
	if !found {
		t.Fatalf("no %q after %q", before, after)
	}
	return head + after + with + before + tail
}

// The demo's report matches the published schema.
func TestDemoFitsTheSchema(t *testing.T) {
	data, err := os.ReadFile("../../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	var report any
	if err := json.Unmarshal([]byte(demo(t, "-o", "json")), &report); err != nil {
		t.Fatal(err)
	}
	if err := resolved.Validate(report); err != nil {
		t.Error(err)
	}
}
