package report

import (
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SchemaID names the published schema.
const SchemaID = "https://github.com/prodcheck/kubectl-prodcheck/blob/main/docs/report.schema.json"

// Schema is the JSON Schema of a Report, inferred from the Go types.
func Schema() (*jsonschema.Schema, error) {
	time := &jsonschema.Schema{Type: "string", Format: "date-time"}
	schema, err := jsonschema.For[Report](&jsonschema.ForOptions{
		TypeSchemas: map[reflect.Type]*jsonschema.Schema{
			reflect.TypeFor[metav1.Time](): time,
			reflect.TypeFor[Severity]():    enum(Severities...),
			reflect.TypeFor[Outcome]():     enum(Fail, Pass, Unknown, NotApplicable),
			reflect.TypeFor[Grade]():       enum[Grade]("A", "B", "C", "D", "F", "-"),
		},
	})
	if err != nil {
		return nil, err
	}
	schema.ID = SchemaID
	schema.Schema = "https://json-schema.org/draft/2020-12/schema"
	schema.Title = APIVersion + " " + Kind
	open(schema)
	return schema, nil
}

func enum[T ~string](values ...T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}

// open lets objects have properties that this version does not know: within a
// version the report grows.
func open(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if s.Properties != nil {
		s.AdditionalProperties = nil
	}
	for _, property := range s.Properties {
		open(property)
	}
	open(s.Items)
}
