package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var update = flag.Bool("update", false, "write the schema instead of comparing it")

// published are the schemas, by file name.
var published = map[string]func() (*jsonschema.Schema, error){
	"report.schema.json":      inferSchema,
	"report-list.schema.json": inferListSchema,
}

func TestSchemasArePublished(t *testing.T) {
	for name, infer := range published {
		schema, err := infer()
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, '\n')
		file := filepath.Join("..", "..", "docs", name)
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("docs/%s does not match the types: make generate", name)
		}
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
	full.Summary.Score = Score{Score: &score, Grade: "D", CappedBy: Critical}
	full.Summary.Readiness = &Readiness{Ready: 31, Workloads: 42}
	full.Namespaces = []Namespace{{Name: "shop", Score: Score{Grade: "-"}}}
	full.Subjects = []Subject{{Object: Object{APIVersion: "v1", Kind: "Service", Namespace: "shop", Name: "cart"}}}
	full.Checks = []Check{{ID: "a", Category: "b", Severity: High, Urgency: Now, Outcome: Unknown}}
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

	schema, err = inferListSchema()
	if err != nil {
		t.Fatal(err)
	}
	resolved, err = schema.Resolve(&jsonschema.ResolveOptions{
		Loader: func(*url.URL) (*jsonschema.Schema, error) { return inferSchema() },
	})
	if err != nil {
		t.Fatal(err)
	}
	list := NewList()
	if err := resolved.Validate(asJSON(t, list)); err != nil {
		t.Errorf("a list without reports: %v", err)
	}
	list.Items = []*Report{empty, full}
	list.Fail("dead", "no route to host")
	if err := resolved.Validate(asJSON(t, list)); err != nil {
		t.Errorf("a list: %v", err)
	}
	list.Items = append(list.Items, broken)
	if err := resolved.Validate(asJSON(t, list)); err == nil {
		t.Error("a severity that does not exist is valid in a list")
	}
}

func asJSON(t *testing.T, object any) any {
	t.Helper()
	data, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// schemaBase is the URL at which the schemas are published.
const schemaBase = "https://github.com/prodcheck/kubectl-prodcheck/blob/main/docs/"

// inferSchema is the JSON Schema of a Report, by the Go types.
func inferSchema() (*jsonschema.Schema, error) {
	time := &jsonschema.Schema{Type: "string", Format: "date-time"}
	return infer[Report]("report.schema.json", Kind, map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[metav1.Time](): time,
		reflect.TypeFor[Severity]():    enum(Severities...),
		reflect.TypeFor[Urgency]():     enum(Urgencies...),
		reflect.TypeFor[Outcome]():     enum(Outcomes...),
		reflect.TypeFor[ExceptionState](): enum(
			ExceptionActive, ExceptionExpired, ExceptionUnused, ExceptionNotJudged),
		reflect.TypeFor[Grade](): enum[Grade]("A", "B", "C", "D", "F", "-"),
	})
}

// inferListSchema is that of a ReportList, which refers to the other one.
func inferListSchema() (*jsonschema.Schema, error) {
	reports := &jsonschema.Schema{Ref: "report.schema.json"}
	schema, err := infer[ReportList]("report-list.schema.json", ListKind, map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[Report](): reports,
	})
	if err == nil {
		// By its Go type an item is a pointer, which could be null.
		schema.Properties["items"].Items = reports
	}
	return schema, err
}

func infer[T any](name, kind string, types map[reflect.Type]*jsonschema.Schema) (*jsonschema.Schema, error) {
	schema, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: types})
	if err != nil {
		return nil, err
	}
	schema.ID = schemaBase + name
	schema.Schema = "https://json-schema.org/draft/2020-12/schema"
	schema.Title = APIVersion + " " + kind
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
