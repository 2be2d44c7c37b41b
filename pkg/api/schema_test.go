package api_test

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

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

var update = flag.Bool("update", false, "write the schema instead of comparing it")

// published contains the schemas, by file name.
var published = map[string]func() (*jsonschema.Schema, error){
	"report.schema.json":        inferSchema,
	"report-list.schema.json":   inferListSchema,
	"report-diff.schema.json":   inferDiffSchema,
	"finding-event.schema.json": inferEventSchema,
	"history.schema.json":       inferHistorySchema,
	"config.schema.json":        inferConfigSchema,
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
	full := api.New()
	score, at := 61, metav1.NewTime(time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC))
	full.Metadata = api.Metadata{Name: "prod-eu", CreationTimestamp: at}
	full.Summary.Score = api.Score{Score: &score, Grade: "D", CappedBy: api.Critical}
	full.Summary.Readiness = &api.Readiness{Ready: 31, Workloads: 42}
	full.Namespaces = []api.Namespace{{Name: "shop", Score: api.Score{Grade: "-"}}}
	full.Subjects = []api.Subject{{Object: api.Object{APIVersion: "v1", Kind: "Service", Namespace: "shop", Name: "cart"}}}
	full.Checks = []api.Check{{ID: "a", Category: "b", Severity: api.High, Urgency: api.Now, Outcome: api.Unknown}}
	full.Findings = []api.Finding{{Check: "a", Severity: api.Low, Since: &at, Evidence: api.Evidence{"pods": 3, "names": []string{"x"}}}}
	exception := 0
	full.Suppressed = []api.Suppressed{{Finding: full.Findings[0], By: api.Suppression{Exception: &exception, Reason: "known"}}}
	full.Policy = &api.Policy{
		Config: ".prodcheck.yaml", Annotations: &api.Annotations{Objects: 1},
		Exceptions: []api.Exception{{ExceptionRule: api.ExceptionRule{Checks: []string{"a"}, Reason: "known"}, State: api.ExceptionActive, Matched: 1}},
	}
	full.Findings[0].Change, full.Findings[0].FirstSeen = api.ChangeNew, &at
	full.Changes = &api.Changes{Earlier: api.FromReport(full)}
	full.Gate = &api.Gate{FailOn: api.High, MinScore: &score, Holds: true}
	full.Scope.LeftOut = &api.LeftOut{Patterns: []string{"kube-*"}, Namespaces: 1}
	full.Incomplete = []api.Incomplete{{Resource: "pods", Reason: "forbidden"}}
	empty := api.New()
	empty.Metadata.CreationTimestamp = at
	empty.Summary.Grade = "-"
	for name, r := range map[string]*api.Report{"empty": empty, "full": full} {
		if err := resolved.Validate(asJSON(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := api.New()
	broken.Findings = []api.Finding{{Severity: "severe"}}
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
	list := api.NewList()
	if err := resolved.Validate(asJSON(t, list)); err != nil {
		t.Errorf("a list without reports: %v", err)
	}
	list.Items = []*api.Report{empty, full}
	list.Failed = append(list.Failed, api.NewFailure("dead", "no route to host"))
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

// inferSchema infers the JSON Schema of a Report from the Go types.
func inferSchema() (*jsonschema.Schema, error) {
	return inferOpen[api.Report]("report.schema.json", api.Kind)
}

func inferDiffSchema() (*jsonschema.Schema, error) {
	return inferOpen[api.ReportDiff]("report-diff.schema.json", api.DiffKind)
}

func inferEventSchema() (*jsonschema.Schema, error) {
	return inferOpen[api.FindingEvent]("finding-event.schema.json", api.WatchKind)
}

func inferHistorySchema() (*jsonschema.Schema, error) {
	return inferOpen[api.History]("history.schema.json", api.HistoryKind)
}

func inferOpen[T any](name, kind string) (*jsonschema.Schema, error) {
	schema, err := infer[T](name, kind, map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[metav1.Time]():  {Type: "string", Format: "date-time"},
		reflect.TypeFor[api.Change]():   enum(api.AllChanges...),
		reflect.TypeFor[api.Severity](): enum(api.Severities...),
		reflect.TypeFor[api.Urgency]():  enum(api.Urgencies...),
		reflect.TypeFor[api.Outcome]():  enum(api.Outcomes...),
		reflect.TypeFor[api.ExceptionState](): enum(
			api.ExceptionActive, api.ExceptionExpired, api.ExceptionUnused, api.ExceptionNotJudged),
		reflect.TypeFor[api.Grade](): enum[api.Grade]("A", "B", "C", "D", "F", "-"),
	})
	open(schema)
	return schema, err
}

// inferListSchema infers the schema of a ReportList, which refers to the other
// one.
func inferListSchema() (*jsonschema.Schema, error) {
	reports := &jsonschema.Schema{Ref: "report.schema.json"}
	schema, err := infer[api.ReportList]("report-list.schema.json", api.ListKind, map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[api.Report](): reports,
	})
	if err == nil {
		// The Go type of an item is a pointer, which could be null.
		schema.Properties["items"].Items = reports
	}
	open(schema)
	return schema, err
}

func infer[T any](name, kind string, types map[reflect.Type]*jsonschema.Schema) (*jsonschema.Schema, error) {
	schema, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: types})
	if err != nil {
		return nil, err
	}
	schema.ID = schemaBase + name
	schema.Schema = "https://json-schema.org/draft/2020-12/schema"
	schema.Title = api.APIVersion + " " + kind
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
// version, reports gain fields.
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
