package printers

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// newPrinters make kubectl's printers of lists.
var newPrinters = map[string]func() kubeprinters.ResourcePrinter{
	"json":  func() kubeprinters.ResourcePrinter { return &kubeprinters.JSONPrinter{} },
	"yaml":  func() kubeprinters.ResourcePrinter { return &kubeprinters.YAMLPrinter{} },
	"kyaml": func() kubeprinters.ResourcePrinter { return &kubeprinters.KYAMLPrinter{} },
}

func TestListIsKubectls(t *testing.T) {
	none := &api.ReportList{TypeMeta: api.NewList().TypeMeta, Items: []*api.Report{}, Failed: several().Failed}
	hostile := several()
	hostile.Failed[0].Reason = "a\n    \"items\": []\nitems: []\n  items: [],\n"
	hostile.Items[1].Findings[0].Message = "a\n\n  b: [\n---\n'c'\t\"d\" # e\n"
	for name, list := range map[string]*api.ReportList{
		"several": several(), "failed": none, "empty": api.NewList(), "hostile": hostile,
	} {
		for format, printer := range newPrinters {
			var want, got bytes.Buffer
			if err := printer().PrintObj(list, &want); err != nil {
				t.Fatal(err)
			}
			if err := List(&got, foundAll(list), format, printer()); err != nil {
				t.Fatal(err)
			}
			if format == "yaml" {
				// Where long lines are broken depends on how deep they are.
				want, got = *unwrapped(t, want.Bytes()), *unwrapped(t, got.Bytes())
			}
			if diff := cmp.Diff(want.String(), got.String()); diff != "" {
				t.Errorf("%s as %s: -kubectl +got:\n%s", name, format, diff)
			}
		}
	}
}

func unwrapped(t *testing.T, text []byte) *bytes.Buffer {
	t.Helper()
	content, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewBuffer(content)
}

func TestListThatCannotBeWritten(t *testing.T) {
	for format, printer := range newPrinters {
		if err := List(full{}, foundAll(several()), format, printer()); !errors.Is(err, errFull) {
			t.Errorf("%s: %v, want %v", format, err, errFull)
		}
	}
}
