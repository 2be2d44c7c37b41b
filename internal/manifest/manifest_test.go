package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// said returns the contents of a stream, one line for each object, List or
// problem.
func said(text string, limit Limit, whole int) (lines []string) {
	r := newReader(strings.NewReader(text), limit, whole)
	r.read(func(o Object, err error) bool {
		var problem *Problem
		switch {
		case errors.As(err, &problem):
			lines = append(lines, fmt.Sprintf("%d: problem: %s", problem.Line, problem.Reason))
		case err != nil:
			lines = append(lines, "error: "+err.Error())
		case o.List:
			lines = append(lines, fmt.Sprintf("%d: end of %s", o.Line, o.Kind))
		default:
			lines = append(lines, fmt.Sprintf("%d: %s %s %s", o.Line, o.APIVersion, o.Kind, o.Metadata.Name))
		}
		return true
	})
	return lines
}

const (
	twoPods = `apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: a
# a comment
  spec:
    text: |
      items:
      - no item
- apiVersion: v1
  kind: Pod
  metadata: {name: b}
kind: List
metadata: {resourceVersion: ""}
`
	twoPodsIndented = `apiVersion: v1
kind: PodList

items:   # what follows
  # a comment
  - metadata:
      name: a

  -
    metadata: {name: b}
metadata: {}
`
	kyaml = `---
{
  apiVersion: "v1",
  items: [{
    apiVersion: "v1", # it's { a comment
    kind: "Pod",
    metadata: {
      name: "a",
      note: "an \"]\" in it's \
       string",
    },
  }, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: 'it''s ]' },
  }],
  kind: "List",
}
`
)

func TestObjects(t *testing.T) {
	pods := []string{"0: v1 Pod a", "0: v1 Pod b", "0: end of List"}
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"nothing":                {" \n# a comment\n---\n...\n--- # another\n", nil},
		"YAML":                   {"# why\n%YAML 1.1\n---\nkind: A\napiVersion: v1\n--- {kind: B}\n...\n---\nkind: C\n", []string{"0: v1 A ", "6:  B ", "9:  C "}},
		"JSON":                   {`{"kind":"A"} {"kind":"B"}` + "\n\n" + `{"kind":"C"}`, []string{"0:  A ", "1:  B ", "3:  C "}},
		"JSON between YAML":      {"kind: A\n---\n{\"kind\":\"B\"}\n---\nkind: C\n", []string{"0:  A ", "3:  B ", "5:  C "}},
		"byte order mark":        {"\ufeffkind: A\n---\n\ufeff{\"kind\":\"B\"}", []string{"0:  A ", "3:  B "}},
		"indented":               {"  kind: A\n  metadata:\n    name: a\n", []string{"0:  A a"}},
		"Windows":                {"kind: A\r\n---\r\nkind: B\r\n", []string{"0:  A ", "3:  B "}},
		"null":                   {"null\n---\n~\n", nil},
		"List":                   {twoPods, pods},
		"List, indented":         {twoPodsIndented, []string{"0: v1 Pod a", "0: v1 Pod b", "0: end of PodList"}},
		"List in brackets":       {kyaml, []string{"0: v1 Pod a", "0: v1 Pod it's ]", "0: end of List"}},
		"List as JSON":           {toJSON(t, twoPods), pods},
		"kind after its items":   {`{"apiVersion":"v1","items":[{"metadata":{"name":"a"}}],"kind":"PodList"}`, []string{"0: v1 Pod a", "0: end of PodList"}},
		"empty List":             {"apiVersion: v1\nitems: []\nkind: List\n", []string{"0: end of List"}},
		"List of null":           {`{"kind":"PodList","apiVersion":"v1","items":null}` + "\nkind: A\nitems:\n", []string{"0: end of PodList", "2:  A "}},
		"List of Lists":          {`{"items":[{"kind":"PodList","apiVersion":"v1","items":[{},{}]},{"kind":"A"}],"kind":"List"}`, []string{"0: v1 Pod ", "0: v1 Pod ", "0: end of PodList", "0:  A ", "0: end of List"}},
		"array":                  {`[{"kind":"A"},{"x":1}]`, []string{"0:  A ", "0:   "}},
		"sequence":               {"- kind: A\n- x: 1\n---\nkind: B\n", []string{"0:  A ", "0:   ", "4:  B "}},
		"elements of an array":   {`[1,"a",{"kind":"A"}]`, []string{"0: problem: plain text, not a Kubernetes object", "0: problem: plain text, not a Kubernetes object", "0:  A "}},
		"text":                   {"hello\n---\nkind: B\n", []string{"0: problem: plain text, not a Kubernetes object", "3:  B "}},
		"not YAML":               {"kind: A\n---\nkind: [\n---\nkind: C\n", []string{"0:  A ", "3: problem: not YAML: did not find expected node content", "5:  C "}},
		"template":               {"{{- if .Values.on }}\nkind: {{ .Values.kind }}\n{{- end }}\n", []string{"0: problem: a template, not a Kubernetes object"}},
		"wrong metadata":         {"kind: A\nmetadata: text\n", []string{"0: problem: metadata must be a mapping, not a string"}},
		"wrong apiVersion":       {"kind: A\napiVersion: 1\n", []string{"0: problem: apiVersion must be a string, not a number"}},
		"cut off":                {`{"kind":"A"}{"kind":"B",`, []string{"0:  A ", "1: problem: ends in the middle of an object: cut off, or not JSON"}},
		"cut off List":           {"apiVersion: v1\nitems:\n- kind: A\n- kind: B\n", []string{"0:  A ", "0:  B ", "0: problem: a List without kind: cut off?"}},
		"closed by the other":    {`[{"kind":"A"}}`, []string{"0: problem: not YAML: did not find expected ',' or ']'"}},
		"unhashable key":         {"? {a: b}\n: c\n", []string{"0: problem: a key that is neither text nor a number"}},
		"infinity":               {"kind: A\nx: .inf\n", []string{"0: problem: a value that JSON does not have: +Inf"}},
		"keys that are not text": {"kind: A\nmetadata: {name: b}\n1: a\ntrue: b\n1.5: c\n", []string{"0:  A b"}},
		"not UTF-8":              {"kind: \"A\xff\"\n", []string{"0:  A\ufffd "}},
		"binary":                 {"kind: A\n\x00", []string{"error: binary data, not YAML or JSON"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, said(test.text, Limit{}, wholeSize)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func before(text, part string) string {
	text, _, _ = strings.Cut(text, part)
	return text
}

func toJSON(t *testing.T, text string) string {
	t.Helper()
	out, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A List that is split while it is read has the same content as one that is read
// whole.
func TestListsAreTakenApart(t *testing.T) {
	pods := []string{"v1 Pod a", "v1 Pod b", "end of List"}
	podList := []string{"v1 Pod a", "v1 Pod b", "end of PodList"}
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"YAML":                   {twoPods, pods},
		"YAML, indented":         {twoPodsIndented, podList},
		"YAML, and more":         {twoPods + "---\nkind: A\n", append(pods[:3:3], " A ")},
		"sequence":               {"- kind: A\n  x: |\n    text\n- kind: B\n---\nkind: C\n", []string{" A ", " B ", " C "}},
		"brackets":               {kyaml, []string{"v1 Pod a", "v1 Pod it's ]", "end of List"}},
		"JSON":                   {toJSON(t, twoPods), pods},
		"JSON, and more":         {toJSON(t, twoPods) + "\n" + toJSON(t, twoPodsIndented) + "\n---\nkind: A\n", append(append(pods[:3:3], podList...), " A ")},
		"array":                  {"[" + toJSON(t, twoPods) + " , " + toJSON(t, twoPodsIndented) + "]\n", append(pods[:3:3], podList...)},
		"List of Lists":          {`{"items":[` + toJSON(t, twoPods) + "," + toJSON(t, twoPodsIndented) + `],"kind":"List","apiVersion":"v1"}`, append(append(pods[:3:3], podList...), "end of List")},
		"kind after its items":   {`{"apiVersion":"v1","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}],"kind":"PodList"}`, podList},
		"scalars among them":     {`{"apiVersion":"v1","items":[1,"a]",{"metadata":{"name":"a"}},null],"kind":"PodList"}`, []string{"problem: plain text, not a Kubernetes object", "problem: plain text, not a Kubernetes object", "v1 Pod a", "end of PodList"}},
		"one item is broken":     {"items:\n- kind: A\n- kind: [\n- kind: C\nkind: List\n", []string{" A ", "problem: not YAML: did not find expected node content", " C ", "end of List"}},
		"cut off":                {before(toJSON(t, twoPods), `"name":"b"`), []string{"v1 Pod a", "problem: ends in the middle of an object: cut off, or not JSON"}},
		"cut off between":        {"apiVersion: v1\nitems:\n- kind: A\n- kind: B\n", []string{" A ", " B ", "problem: a List without kind: cut off?"}},
		"items are no list":      {"kind: A\nitems:\n  a: b\nmetadata: {name: c}\n", []string{" A c"}},
		"items deeper":           {"kind: A\nspec:\n  items:\n  - a\n  - b\n", []string{" A "}},
		"items deeper, as JSON":  {`{"kind":"A","spec":{"items":[{"kind":"B"},{}]},"metadata":{"name":"c"}}`, []string{" A c"}},
		"an array that is wrong": {`[{"kind":"A"} , {"kind":"A"}   }` + "\nkind: B\n", []string{" A ", " A ", "problem: not JSON: a list ends with }", " B "}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, line := range said(test.text, Limit{}, 30) {
				_, what, _ := strings.Cut(line, ": ")
				got = append(got, what)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLimit(t *testing.T) {
	long := strings.Repeat("long ", 40)
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"YAML":         {"kind: A\nx: " + long + "\n---\nkind: B\n", []string{"0: problem: a document larger than 100 (--size)", "4:  B "}},
		"JSON":         {`{"kind":"A","x":"` + long + `"}{"kind":"B"}`, []string{"0: problem: a document larger than 100 (--size)", "1:  B "}},
		"item of YAML": {"items:\n- kind: A\n  x: " + long + "\n- kind: B\nkind: List\n", []string{"2: problem: a document larger than 100 (--size)", "4:  B ", "0: end of List"}},
		"item of JSON": {`{"items":[{"kind":"A","x":"` + long + `"},{"kind":"B"}],"kind":"List"}`, []string{"1: problem: a document larger than 100 (--size)", "1:  B ", "0: end of List"}},
		"beside items": {"items:\n- kind: A\nkind: List\nmetadata:\n" + strings.Repeat("  x: y\n", 40), []string{"2:  A ", "0: problem: a List with more than 100 (--size) beside its items"}},
		"aliases":      {"kind: A\na: &a " + long[:30] + "\nb: [" + strings.Repeat("*a,", 14) + "*a]\n", []string{"0: problem: its aliases expand to far more than 100 (--size)"}},
		"kind after too many": {`{"items":[` + strings.Repeat(`{"x":"`+long[:60]+`"},`, 3) + `{}],"kind":"PodList"}`, []string{
			"1: problem: a List whose kind comes after more than 100 (--size) of items without a kind",
			"1: problem: a List whose kind comes after more than 100 (--size) of items without a kind",
			"1: problem: a List whose kind comes after more than 100 (--size) of items without a kind",
			"1:  Pod ", "0: end of PodList"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, said(test.text, Limit{100, "--size"}, 100)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A stream whose beginning is not Kubernetes is not read to its end.
func TestForeignStreams(t *testing.T) {
	for name, text := range map[string]string{"YAML": "x: y\n", "text": "word ", "JSON": `{"a":1}`, "nested": "[", "brackets": "{"} {
		t.Run(name, func(t *testing.T) {
			in := &endless{text: text}
			for _, err := range Objects(in, Limit{}) {
				if !errors.Is(err, errForeign) {
					t.Error(err)
				}
			}
			if in.read > bufferSize+len(text) {
				t.Errorf("%d bytes were read", in.read)
			}
		})
	}
}

type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, strings.Repeat(e.text, len(p)/len(e.text)+1))
	e.read += n
	return n, nil
}

// Lines are counted as in an editor.
func TestLines(t *testing.T) {
	text := strings.Repeat("# comment\n", 7000) + "apiVersion: v1\n---\n" + strings.Repeat("- kind: B\n", 8000) + "---\nkind: C\n"
	got := said(text, Limit{}, 1000)
	if last, item := got[len(got)-1], got[len(got)-2]; last != "15004:  C " || item != "15002:  B " {
		t.Errorf("%s, then %s", item, last)
	}
}

func TestStop(t *testing.T) {
	for _, text := range []string{twoPods, toJSON(t, twoPods), kyaml} {
		for _, whole := range []int{30, wholeSize} {
			n := 0
			r := newReader(strings.NewReader(text+"\n"+text), Limit{}, whole)
			r.read(func(Object, error) bool { n++; return false })
			if n != 1 {
				t.Errorf("%d objects after the reader had enough", n)
			}
		}
	}
}

func FuzzObjects(f *testing.F) {
	for _, seed := range []string{
		twoPods, twoPodsIndented, kyaml, `{"items":[{"items":[{}]}]}`, "[1,'a',{},]", "{a: [b, {c: d}], items: [", "- - - -\n- a\n", "a: &a [*a]\n",
		"items:\n- |\n x\n- 'a\n\n  b'\n-\n", "items:\n  -\ta\n -b\n", "--- {items: [{}]}\n", "{{ x }}", "%\n---\n'", "\xef\xbb\xbf{}", "? a\n", "items: # x\n- {",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, whole := range []int{1, 30, wholeSize} {
			r := newReader(bytes.NewReader(text), Limit{1 << 16, "--size"}, whole)
			r.read(func(o Object, err error) bool {
				var problem *Problem
				switch {
				case err == nil && !o.List && !json.Valid(o.JSON):
					t.Errorf("not JSON: %q", o.JSON)
				case err == nil && !o.List:
					if line := o.Value().Line; line < 1 || line > 1+bytes.Count(text, []byte{'\n'})+bytes.Count(text, []byte{'\r'}) {
						t.Errorf("an object on line %d", line)
					}
				case errors.As(err, &problem) && strings.ContainsAny(problem.Reason, "\n\r"):
					t.Errorf("more than one line: %q", problem.Reason)
				case errors.Is(err, io.EOF):
					t.Error("the end is not an error")
				}
				return true
			})
		}
	})
}

// FuzzYAML requires that YAML has the same meaning as for kubectl.
func FuzzYAML(f *testing.F) {
	for _, seed := range []string{twoPods, kyaml, "a: yes\nb: 0o7\nc: 010\nd: 1e3\ne: ~\nf: 2001-01-01\n1: a\n", "a: &a {b: 1}\nc: {<<: *a, d: 2}\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		want, err := yaml.YAMLToJSON(text)
		if err != nil || !utf8.Valid(text) {
			return
		}
		got, err := yamlToJSON(text, 1, Limit{})
		if err != nil {
			t.Fatalf("kubectl reads it: %v", err)
		}
		if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
			t.Error(diff)
		}
	})
}

func decoded(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v: %q", err, text)
	}
	return value
}
