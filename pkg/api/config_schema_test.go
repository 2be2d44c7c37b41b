package api_test

import (
	"reflect"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
)

// The schema and the decoder agree on what is right and what is wrong.
func TestConfigSchemaAgreesWithDecoder(t *testing.T) {
	schema, err := inferConfigSchema()
	if err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
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

// inferConfigSchema infers the schema of a Config from the Go types and the
// catalog. Unlike the schema of a report, it is closed: an unknown key is an
// error.
func inferConfigSchema() (*jsonschema.Schema, error) {
	schema, err := infer[api.Config]("config.schema.json", api.ConfigKind, map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[api.Severity]():    enum(api.Severities...),
		reflect.TypeFor[api.Profile]():     enum(api.Profiles...),
		reflect.TypeFor[api.Permission]():  enum(api.Allow, api.Forbid),
		reflect.TypeFor[api.OptionValue](): {Types: []string{"string", "number", "boolean", "array"}},
	})
	if err != nil {
		return nil, err
	}
	schema.Properties["apiVersion"].Const = jsonschema.Ptr[any](api.APIVersion)
	schema.Properties["kind"].Const = jsonschema.Ptr[any](api.ConfigKind)
	score := schema.Properties["gate"].Properties["minScore"]
	score.Minimum, score.Maximum = jsonschema.Ptr(0.0), jsonschema.Ptr(100.0)
	names := &jsonschema.Schema{}
	for _, c := range checks.All() {
		names.Enum = append(names.Enum, c.ID)
	}
	schema.Properties["checks"].PropertyNames = names
	return schema, nil
}
