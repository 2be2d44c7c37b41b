package printers

import (
	"bytes"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

func htmlOf(t testing.TB, found Found) string {
	t.Helper()
	var out bytes.Buffer
	if err := HTML(&out, found); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func foundOne(r *api.Report) Found {
	return foundIn(r)
}

func TestHTML(t *testing.T) {
	// Style and script are separate files, and their hashes depend on them.
	ownFiles := regexp.MustCompile(`(?s)(<style>).*?(</style>)|(<script>).*?(</script>)|sha256-[^=]*=`)
	clusters := foundAll(several())
	clusters.Checks = nil
	for name, found := range map[string]Found{
		"shop": foundOne(shop()), "cluster": foundOne(cluster()), "perfect": foundOne(perfect()), "empty": foundOne(empty()),
		"unreadable": foundOne(unreadable()), "excepted": foundOne(excepted()), "compared": foundOne(compared()), "clusters": clusters,
	} {
		t.Run(name, func(t *testing.T) {
			first := htmlOf(t, found)
			if first != htmlOf(t, found) {
				t.Error("a second page of the same report differs")
			}
			golden(t, name+".html", ownFiles.ReplaceAllString(first, "$1$2$3$4"))
		})
	}
}

// No text from a cluster adds anything to the page that a browser reads as
// markup.
func FuzzHTML(f *testing.F) {
	for _, text := range []string{`<script>`, `"onload="`, `'-x-'`, `</style>`, `</script>`, `javascript:x`, `{{.}}`, "<!--", "\x00", hostile} {
		f.Add(text)
	}
	markup := regexp.MustCompile(`[<>"']`)
	render := func(t *testing.T, text string) string {
		r := shop()
		r.Suppressed, r.Policy = excepted().Suppressed, excepted().Policy
		r.NotRead = []api.NotRead{{File: "a.yaml", Reason: "not YAML"}}
		spread(reflect.ValueOf(r).Elem(), text)
		return strings.Join(markup.FindAllString(htmlOf(t, foundOne(r)), -1), "")
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" || strings.Contains(text, "kubectl") {
			t.Skip("the page shows an element less for an empty text, and one more for a command")
		}
		if render(t, text) != render(t, "harmless") {
			t.Error("the text changes the page's markup")
		}
	})
}
