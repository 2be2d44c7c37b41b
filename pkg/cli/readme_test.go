package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
)

// What the README shows is what the program prints; -update makes it so.
func TestReadme(t *testing.T) {
	const file = "../../README.md"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	readme := string(data)
	var parsed struct{ Findings []json.RawMessage }
	if err := json.Unmarshal([]byte(demo(t, "-o", "json", "--check", "container-oom-killed")), &parsed); err != nil {
		t.Fatal(err)
	}
	var finding bytes.Buffer
	if err := json.Indent(&finding, parsed.Findings[0], "", "  "); err != nil {
		t.Fatal(err)
	}
	want := replaceBetween(t, readme, "$ kubectl prodcheck demo\n", "```", demo(t))
	want = replaceBetween(t, want, "| jq '.findings[0]'\n", "```", finding.String()+"\n")
	want = replaceBetween(t, want, "## Checks\n\n", "\n## ", catalogueText())
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, readme); diff != "" {
		t.Errorf("the README differs (-program +README); go test ./pkg/cli -run Readme -update mends it:\n%s", diff)
	}
}

// demo is what "kubectl prodcheck demo" prints.
func demo(t *testing.T, args ...string) string {
	t.Helper()
	t.Setenv(configVariable, "")
	streams, _, out, errOut := genericiooptions.NewTestIOStreams()
	if status := run(append([]string{"kubectl-prodcheck", "demo"}, args...), streams); status != 0 {
		t.Fatalf("status %d: %s", status, errOut)
	}
	return out.String()
}

// catalogueText names all checks by category, each with a link to its page.
func catalogueText() string {
	var b strings.Builder
	category := ""
	for _, c := range checks.All() {
		link := fmt.Sprintf("[%s](docs/checks/%s.md)", c.ID, c.ID)
		if c.Category.Name == category {
			b.WriteString(",\n" + link)
			continue
		}
		if category != "" {
			b.WriteString("\n\n")
		}
		category = c.Category.Name
		fmt.Fprintf(&b, "**%s**: %s", category, link)
	}
	return fmt.Sprintf("%d checks; [docs/checks](docs/checks/README.md) and `kubectl prodcheck explain CHECK` teach each of "+
		"them.\n\n%s\n", len(checks.All()), b.String())
}

// replaceBetween replaces what stands between the first text and the next
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

// The demo's report is valid by the schema that is published.
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
