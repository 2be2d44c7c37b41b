package portions

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/test/lists"
)

const electing = `
{apiVersion: v1, kind: Service, metadata: {name: leader, namespace: middle}, spec: {selector: {role: leader}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: last, namespace: zoo}, spec: {containers: [{name: app, image: app}]}}
`

// electingWith is a cluster with a namespace of many pods, one of which leads.
func electingWith(t *testing.T, leader string) http.Handler {
	t.Helper()
	var text strings.Builder
	text.WriteString(electing)
	for i := range 600 {
		fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: Pod, metadata: {name: web-%03d, namespace: middle}, spec: {containers: [{name: app, image: app}]}}\n", i)
	}
	fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: middle, labels: {role: leader}}, spec: {containers: [{name: app, image: app}]}}\n", leader)
	objects, err := lists.Parse([]byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	return lists.Server(objects, lists.ByKey)
}

// A list that continues with newer objects misses one that was deleted before it came there,
// and created again where it had been. No portion takes it for complete.
func TestPortionsOfAListThatWentOn(t *testing.T) {
	before, after := electingWith(t, "web-last"), electingWith(t, "web-0-first")
	pods := ofAll(inventory.Pods)
	handler := faulty(faulty(before, page(2, inventory.Pods), goOn), func(r *http.Request) bool {
		token := r.URL.Query().Get("continue")
		return pods(r) && token != "" && (token[0] == '0' || len(token) > 2)
	}, func(w http.ResponseWriter, r *http.Request, _ http.Handler) { after.ServeHTTP(w, r) })
	w := everyCheck(small)
	report, portions := w.inPortions(t, handler)
	if portions < 2 {
		t.Errorf("there were only %d portions", portions)
	}
	for _, f := range report.Findings {
		if f.Object.Kind == "Service" {
			t.Errorf("%s: %s", f.Check, f.Message)
		}
	}
	i := slices.IndexFunc(report.Checks, func(c api.Check) bool { return c.ID == "service-selects-nothing" })
	if c := report.Checks[i]; c.Unknown != 1 || !strings.Contains(c.Reason, "inconsistent") {
		t.Errorf("%+v", c)
	}
	if len(report.Incomplete) != 1 || report.Incomplete[0].Reason != "inconsistent" {
		t.Errorf("incomplete: %v", report.Incomplete)
	}
}
