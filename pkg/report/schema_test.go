package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var update = flag.Bool("update", false, "write the schema instead of comparing it")

const schemaFile = "../../docs/report.schema.json"

func TestSchemaIsPublished(t *testing.T) {
	schema, err := inferSchema()
	if err != nil {
		t.Fatal(err)
	}
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
		t.Error("docs/report.schema.json does not match the types: go test ./pkg/report -update")
	}
}

func TestReportsAreValid(t *testing.T) {
	schema, err := inferSchema()
	if err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	full := New()
	score, at := 61, metav1.NewTime(time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC))
	full.Metadata = Metadata{Name: "prod-eu", CreationTimestamp: at}
	full.Summary.Score = Score{Score: &score, Grade: "D"}
	full.Namespaces = []Namespace{{Name: "shop", Score: Score{Grade: "-"}}}
	full.Subjects = []Subject{{Object: Object{APIVersion: "v1", Kind: "Service", Namespace: "shop", Name: "cart"}}}
	full.Checks = []Check{{ID: "a", Category: "b", Severity: High, Outcome: Unknown}}
	full.Findings = []Finding{{Check: "a", Severity: Low, Since: &at, Evidence: Evidence{"pods": 3, "names": []string{"x"}}}}
	exception := 0
	full.Suppressed = []Suppressed{{Finding: full.Findings[0], By: Suppression{Exception: &exception, Reason: "known"}}}
	full.Policy = &Policy{
		Config: ".prodcheck.yaml", Annotations: &Annotations{Objects: 1},
		Exceptions: []Exception{{ExceptionRule: ExceptionRule{Checks: []string{"a"}, Reason: "known"}, State: ExceptionActive, Matched: 1}},
	}
	full.Gate = &Gate{FailOn: High, MinScore: &score, Holds: true}
	full.Scope.LeftOut = &LeftOut{Patterns: []string{"kube-*"}, Namespaces: 1}
	full.Incomplete = []Incomplete{{Resource: "pods", Reason: "forbidden"}}
	empty := New()
	empty.Metadata.CreationTimestamp = at
	empty.Summary.Grade = "-"
	for name, r := range map[string]*Report{"empty": empty, "full": full} {
		if err := resolved.Validate(asJSON(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := New()
	broken.Findings = []Finding{{Severity: "severe"}}
	if err := resolved.Validate(asJSON(t, broken)); err == nil {
		t.Error("a severity that does not exist is valid")
	}
}

func asJSON(t *testing.T, r *Report) any {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// schemaID names the published schema.
const schemaID = "https://github.com/prodcheck/kubectl-prodcheck/blob/main/docs/report.schema.json"

// inferSchema is the JSON Schema of a Report, by the Go types.
func inferSchema() (*jsonschema.Schema, error) {
	time := &jsonschema.Schema{Type: "string", Format: "date-time"}
	schema, err := jsonschema.For[Report](&jsonschema.ForOptions{
		TypeSchemas: map[reflect.Type]*jsonschema.Schema{
			reflect.TypeFor[metav1.Time](): time,
			reflect.TypeFor[Severity]():    enum(Severities...),
			reflect.TypeFor[Outcome]():     enum(Fail, Pass, Unknown, AllSuppressed, NotApplicable),
			reflect.TypeFor[ExceptionState](): enum(
				ExceptionActive, ExceptionExpired, ExceptionUnused, ExceptionNotJudged),
			reflect.TypeFor[Grade](): enum[Grade]("A", "B", "C", "D", "F", "-"),
		},
	})
	if err != nil {
		return nil, err
	}
	schema.ID = schemaID
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
