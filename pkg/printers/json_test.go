package printers

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	kubeprinters "k8s.io/cli-runtime/pkg/printers"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

func TestJSONIsKubectls(t *testing.T) {
	hostile := shop()
	hostile.Findings[0].Message = "a\n    \"findings\": [] <b>&"
	for name, obj := range map[string]runtime.Object{
		"findings":    shop(),
		"none":        newReport(),
		"hostile":     hostile,
		"no findings": &api.CatalogList{TypeMeta: api.CatalogListType},
	} {
		var want, got bytes.Buffer
		if err := (&kubeprinters.JSONPrinter{}).PrintObj(obj, &want); err != nil {
			t.Fatal(err)
		}
		if err := (JSON{&kubeprinters.JSONPrinter{}}).PrintObj(obj, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), got.String()); diff != "" {
			t.Errorf("%s: -kubectl +got:\n%s", name, diff)
		}
	}
}

type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestJSONThatCannotBeWritten(t *testing.T) {
	if err := (JSON{&kubeprinters.JSONPrinter{}}).PrintObj(shop(), full{}); !errors.Is(err, errFull) {
		t.Errorf("%v, want %v", err, errFull)
	}
}
