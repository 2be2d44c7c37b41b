package config_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

var update = flag.Bool("update", false, "write the schema instead of comparing it")

const schemaFile = "../../docs/config.schema.json"

func TestSchemaIsPublished(t *testing.T) {
	schema := inferSchema(t)
	want, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/config.schema.json does not match the types: make generate")
	}
}

// The schema and the decoder agree on what is right and what is wrong.
func TestSchemaAgrees(t *testing.T) {
	resolved, err := inferSchema(t).Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	const header = "apiVersion: prodcheck/v1alpha1\nkind: Config\n"
	for text, valid := range map[string]bool{
		header: true,
		header + "checks: {pod-pending: {enabled: false, severity: high, options: {grace: 30m}}}": true,
		header + "checks: {namespace-without-quota: {options: {exempt: [a, b]}}}":                 true,
		header + "exceptions: [{checks: ['*'], reason: a, labels: {a: b}, expires: 2027-01-31}]":  true,
		"kind: Config": false,
		header + "checks: {pod-pendin: {enabled: false}}":   false,
		header + "checks: {pod-pending: {enable: false}}":   false,
		header + "checks: {pod-pending: {severity: worst}}": false,
		header + "gate: {minScore: 101}":                    false,
		header + "profile: paranoid":                        false,
		header + "annotations: {ignore: maybe}":             false,
		header + "exceptions: [{checks: ['*']}]":            false,
		header + "exceptions: [{reason: a}]":                false,
	} {
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		bySchema := resolved.Validate(value)
		_, byDecoder := config.Load("f", []byte(text), checks.All())
		if (bySchema == nil) != valid || (byDecoder == nil) != valid {
			t.Errorf("%q: schema %v, decoder %v, want valid %v", text, bySchema, byDecoder, valid)
		}
	}
}

// inferSchema is the JSON Schema of a Config, by the Go types and the catalogue.
func inferSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.For[config.Config](&jsonschema.ForOptions{
		TypeSchemas: map[reflect.Type]*jsonschema.Schema{
			reflect.TypeFor[report.Severity]():   enum(report.Severities...),
			reflect.TypeFor[audit.Profile]():     enum(audit.Profiles...),
			reflect.TypeFor[config.Permission](): enum(config.Allow, config.Forbid),
			reflect.TypeFor[config.Value]():      {Types: []string{"string", "number", "boolean", "array"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	schema.ID = "https://github.com/prodcheck/kubectl-prodcheck/blob/main/docs/config.schema.json"
	schema.Schema = "https://json-schema.org/draft/2020-12/schema"
	schema.Title = config.APIVersion + " " + config.Kind
	schema.Properties["apiVersion"].Const = jsonschema.Ptr[any](config.APIVersion)
	schema.Properties["kind"].Const = jsonschema.Ptr[any](config.Kind)
	score := schema.Properties["gate"].Properties["minScore"]
	score.Minimum, score.Maximum = jsonschema.Ptr(0.0), jsonschema.Ptr(100.0)
	names := &jsonschema.Schema{}
	for _, c := range checks.All() {
		names.Enum = append(names.Enum, c.ID)
	}
	schema.Properties["checks"].PropertyNames = names
	return schema
}

func enum[T ~string](values ...T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}
