package printers

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// sarifSchemaOf reads the schema of OASIS. It uses draft 04; only the keywords
// for its identity and its dialect have changed since.
func sarifSchemaOf(t testing.TB) *jsonschema.Resolved {
	t.Helper()
	text, err := os.ReadFile("testdata/foreign/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("http://json-schema.org/draft-04/schema#"), []byte("http://json-schema.org/draft-07/schema#"), 1)
	text = bytes.Replace(text, []byte(`"id": "https://docs`), []byte(`"$id": "https://docs`), 1)
	var schema jsonschema.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}

func validate(t testing.TB, schema *jsonschema.Resolved, text string) {
	t.Helper()
	var content any
	if err := json.Unmarshal([]byte(text), &content); err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(content); err != nil {
		t.Error(err)
	}
}

func TestSARIFIsValid(t *testing.T) {
	schema := sarifSchemaOf(t)
	for _, r := range []*api.Report{changed(), shop(), cluster(), perfect(), empty(), unreadable(), excepted()} {
		validate(t, schema, formatted(t, "sarif", foundIn(r)))
	}
	validate(t, schema, formatted(t, "sarif", foundAll(several())))
	if err := schema.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{"results": []any{}}}}); err == nil {
		t.Error("the schema accepts a run without a tool")
	}
}

func TestSARIFPlaces(t *testing.T) {
	for file, want := range map[string]sarifURI{
		"deploy/web app.yaml":      {URI: "deploy/web%20app.yaml", URIBaseID: "%SRCROOT%"},
		"./a#b?.yaml":              {URI: "a%23b%3F.yaml", URIBaseID: "%SRCROOT%"},
		"a:b.yaml":                 {URI: "a%3Ab.yaml", URIBaseID: "%SRCROOT%"},
		`deploy\web.yaml`:          {URI: "deploy/web.yaml", URIBaseID: "%SRCROOT%"},
		"/srv/web.yaml":            {URI: "file:///srv/web.yaml"},
		`C:\my app\web.yaml`:       {URI: "file:///C:/my%20app/web.yaml"},
		"https://example.com/a b":  {URI: "https://example.com/a%20b"},
		"javascript:alert(1).yaml": {URI: "javascript%3Aalert%281%29.yaml", URIBaseID: "%SRCROOT%"},
	} {
		if got := fileURI(file); got != want {
			t.Errorf("%s is at %v, want %v", file, got, want)
		}
	}
}

func FuzzSARIF(f *testing.F) {
	schema := sarifSchemaOf(f)
	f.Add("[a](https://evil.example)", "javascript:x")
	f.Fuzz(func(t *testing.T, text, file string) {
		r := changed()
		r.Findings[0].Message, r.Findings[0].Source.File, r.Findings[1].Object.Name = text, file, text
		r.Sanitize()
		out := formatted(t, "sarif", foundIn(r))
		validate(t, schema, out)
		var log struct{ Runs []sarifRun }
		_ = json.Unmarshal([]byte(out), &log)
		for _, result := range log.Runs[0].Results {
			if strings.Contains(result.Message.Text, "](") {
				t.Errorf("a link: %s", result.Message.Text)
			}
		}
	})
}
