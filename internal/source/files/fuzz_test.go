package files_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// FuzzFiles requires that reading any file ends with an inventory or with an
// error of one line.
func FuzzFiles(f *testing.F) {
	for _, seed := range []string{
		"", "\x00", "\xff\xfe", "{", "[]", "null", "- a\n- b\n", "a: &a [*a]\n", "---\n---\n", "%YAML 9.9\n---\n", "kind: List\nitems: [1, null, {}]\n",
		"apiVersion: v1\nkind: List\n", "apiVersion: v1\nkind: Pod\nmetadata: no map\n", "apiVersion: v1\nkind: \"Pod\\n\\e[2J\"\n",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a, creationTimestamp: tomorrow}\n",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: \"a\\nb\", namespace: {}}\nspec: {containers: [null]}\n",
		twoDeployments, snapshotLine,
		`{"apiVersion":"prodcheck/v1alpha1","kind":"Snapshot","selector":"a in (\n","owners":[{}],"reads":[{"resource":"no such"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		source := files.Source{Filenames: []string{"-"}, Stdin: bytes.NewReader(content)}
		inv, err := source.Read(context.Background(), inventory.Request{Resources: inventory.AllResources(), ConfirmOwners: true})
		switch {
		case err == nil && inv == nil:
			t.Error("neither an inventory nor an error")
		case err != nil && strings.ContainsAny(err.Error(), "\n\r"):
			t.Errorf("more than one line: %q", err)
		}
	})
}

// FuzzSnapshotLine requires that a broken last line does not count: the last
// line of a snapshot says what was read.
func FuzzSnapshotLine(f *testing.F) {
	for _, seed := range []string{
		snapshotLine, `{}`, `{"reads":null}`, `{"reads":[{"resource":"pods","state":"complete"}]}`,
		`{"reads":[{"resource":"pods","state":"COMPLETE"}],"metadata":{"creationTimestamp":"2026-11-21T12:00:00Z"}}`,
		`{"reads":[{"resource":"pods","state":"partial","items":-1,"remaining":1}]}`,
		`{"reads":[{"resource":"pods","state":"partial","namespaces":1,"gaps":[{},{}]},{"resource":"jobs.batch","state":"complete","gaps":[{}]}]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		text := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[]}}` + "\n" + line + "\n"
		source := files.Source{Filenames: []string{"-"}, Stdin: strings.NewReader(text)}
		inv, err := source.Read(context.Background(), inventory.Request{Resources: inventory.AllResources()})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("more than one line: %q", err)
			}
			return
		}
		for _, read := range inv.Reads {
			if share := read.Share(); !(share >= 0 && share <= 1) {
				t.Errorf("%s was read to %v", read.Resource, share)
			}
			if read.State != inventory.Complete && read.State != inventory.Partial && read.State != inventory.Unreadable {
				t.Errorf("%s is in state %q", read.Resource, read.State)
			}
		}
	})
}
