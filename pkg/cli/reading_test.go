package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/test/lists"
)

// A server whose list goes back to a namespace that was complete is read as a whole.
func TestAServerOfAnotherOrder(t *testing.T) {
	var text strings.Builder
	for i := range 600 {
		namespace := fmt.Sprintf("team-%02d", i/20)
		fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: Pod, metadata: {name: web-%d, namespace: %s, labels: {app: web}}, spec: {containers: [{name: app, image: app}]}}\n", i, namespace)
		fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: Service, metadata: {name: web, namespace: %s}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n", namespace)
		fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: web-%d, namespace: %s}}\n", i, namespace)
	}
	objects, err := lists.Parse([]byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	audit := func(order func(a, b lists.Object) int) (report string, requests int) {
		handler := lists.Server(objects, order)
		var served atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			served.Add(1)
			handler.ServeHTTP(w, r)
		}))
		defer server.Close()
		var out, problems bytes.Buffer
		streams := genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &problems}
		if code := run([]string{"kubectl-prodcheck", "-A", "--server", server.URL, "--chunk-size=20", "-o", "json"}, streams); code != 0 {
			t.Fatalf("exit code %d: %s", code, problems.String())
		}
		return strings.ReplaceAll(out.String(), server.Listener.Addr().String(), "server"), int(served.Load())
	}
	isLast := func(o lists.Object) int {
		if o.GetObjectKind().GroupVersionKind().Kind == "Pod" && o.GetNamespace() == "team-29" {
			return 0
		}
		return 1
	}
	want, once := audit(lists.ByKey)
	got, twice := audit(func(a, b lists.Object) int { return cmp.Or(cmp.Compare(isLast(a), isLast(b)), lists.ByKey(a, b)) })
	if got != want {
		t.Errorf("in order, and from the last namespace:\n%s", gocmp.Diff(want, got))
	}
	if twice <= once {
		t.Errorf("%d requests, and %d in order: nothing went back", twice, once)
	}
}
