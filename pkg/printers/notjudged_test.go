package printers

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Files that could not be read are named, or the first few of them.
func TestFilesThatWereNotRead(t *testing.T) {
	for n, want := range map[int]int{1: 1, 6: 6, 7: 5, 400: 5} {
		r := newReport()
		for i := range n {
			r.NotRead = append(r.NotRead, api.NotRead{File: fmt.Sprintf("deploy/%d.yaml", i), Reason: "a template, not a Kubernetes object"})
		}
		for wide, want := range map[bool]int{false: want, true: n} {
			var out bytes.Buffer
			if err := Table(&out, r, Options{Wide: wide}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Count(out.String(), "not read: deploy/"); got != want {
				t.Errorf("wide %t: %d of %d are named, want %d", wide, got, n, want)
			}
			more := fmt.Sprintf("... and %d more were not read: -o wide shows them", n-want)
			if strings.Contains(out.String(), more) != (want < n) {
				t.Errorf("wide %t, %d files:\n%s", wide, n, out.String())
			}
		}
	}
}
