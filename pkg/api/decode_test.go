package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// written is a report as an audit writes it.
func written() *api.Report {
	r := api.New()
	r.Metadata.Name = "prod"
	r.Checks = []api.Check{{ID: "pod-unready", Severity: api.High}}
	r.Findings = []api.Finding{{
		Check: "pod-unready", Severity: api.High, Message: "2 of 3 pods", Fingerprint: "0123456789abcdef",
		Evidence: api.Evidence{"pods": 2, "ratio": 0.5, "podNames": []string{"a", "b"}, "at": "2026-11-21T02:30:00Z"},
	}}
	return r
}

// A decoded report equals the written one, including the types of its evidence.
func TestDecode(t *testing.T) {
	list := api.NewList()
	list.Items = append(list.Items, written(), written())
	for name, object := range map[string]any{"a report": written(), "a list": list} {
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		asYAML, err := yaml.JSONToYAML(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range [][]byte{text, asYAML, []byte("\n" + string(text))} {
			reports, err := api.Decode(text)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, r := range reports {
				if diff := cmp.Diff(written(), r); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		}
	}
}

func TestDecodeRefusesWhatIsNoReport(t *testing.T) {
	const header = `{"apiVersion": "prodcheck/v1alpha1", "kind": "Report", `
	for text, want := range map[string]string{
		"":                            "must be prodcheck/v1alpha1 Report or ReportList",
		"{":                           "line 1",
		"[]":                          "not a report",
		"kind: Pod\napiVersion: v1\n": "must be prodcheck/v1alpha1 Report or ReportList",
		`{"apiVersion": "prodcheck/v2", "kind": "Report"}`:                            "must be prodcheck/v1alpha1",
		`{"apiVersion": "prodcheck/v1alpha1", "kind": "ReportList", "items": [null]}`: "null",
		header + `"findings": [{"severity": "severe"}]}`:                              `unknown severity "severe"`,
		header + `"findings": [{"severity": "high", "check": "\u001b[2J"}]}`:          "is not a word",
		header + `"checks": [{"id": "a\nb"}]}`:                                        "is not a word",
		header + `"findings": 3}`:                                                     "cannot unmarshal",
		header + `"policy": {"minSeverity": "none"}}`:                                 "unknown severity",
	} {
		if _, err := api.Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// A report that somebody else wrote is as safe to print as that of an audit.
func TestDecodeSanitizes(t *testing.T) {
	r := written()
	r.Findings[0].Message, r.Findings[0].Evidence["podNames"] = "\x1b[2J", []string{"\x1b[2J"}
	r.Findings[0].Evidence["\x1b"] = "key"
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	reports, err := api.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	got := reports[0].Findings[0]
	if names := got.Evidence["podNames"].([]string); got.Message != `\x1b[2J` || names[0] != `\x1b[2J` || len(got.Evidence) != 4 {
		t.Errorf("%+v", got)
	}
}

func FuzzDecode(f *testing.F) {
	text, err := json.Marshal(written())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("apiVersion: prodcheck/v1alpha1\nkind: ReportList\nitems: []\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		reports, err := api.Decode(text)
		if err != nil {
			return
		}
		for _, r := range reports {
			again, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := api.Decode(again); err != nil {
				t.Errorf("what was read cannot be read again: %v", err)
			}
		}
	})
}
