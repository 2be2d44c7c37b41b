package collect_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// found returns the findings about a text, without their messages.
func found(t *testing.T, text string) []string {
	t.Helper()
	source := files.Source{Filenames: []string{"-"}, Stdin: strings.NewReader(text)}
	inv, err := source.Read(context.Background(), inventory.Request{Resources: inventory.AllResources(), ConfirmOwners: true})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	var all []string
	for _, f := range audit.Run(inv, audit.Options{Checks: checks.All(), Now: now}).Findings {
		all = append(all, fmt.Sprint(f.Check, f.Severity, f.Object))
	}
	return all
}

// withSecrets adds secrets at the end of all commands and arguments in a text,
// so that the meaning of the words before them stays the same.
func withSecrets(t *testing.T, text string) string {
	t.Helper()
	var out []string
	for _, document := range strings.Split(text, "\n---\n") {
		var object any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatal(err)
		}
		planted, err := json.Marshal(plantIn(object))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(planted))
	}
	return strings.Join(out, "\n---\n")
}

func plantIn(value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = plantIn(value[i])
		}
	case map[string]any:
		for name, item := range value {
			if words, isList := item.([]any); isList && (name == "command" || name == "args") && len(words) > 0 {
				last := len(words) - 1
				if script, _ := words[last].(string); strings.Contains(script, " ") {
					words[last] = "export PGPASSWORD=hunter2 URL='http://a:b c@d'; curl -u a:hunter2 http://x; " + script
				} else {
					value[name] = append(words, "--password=a;b", "--token", "a b", "-H", "Authorization: Bearer x")
				}
				continue
			}
			value[name] = plantIn(item)
		}
	}
	return value
}

// Masking changes no finding, whether there are secrets or not.
func TestMaskingChangesNoFinding(t *testing.T) {
	for _, check := range checks.All() {
		for _, name := range check.Fixtures() {
			text, _ := check.Example(name)
			for what, text := range map[string]string{"as it is": text, "with secrets": withSecrets(t, text)} {
				var plain []string
				collect.WithoutMasking(func() { plain = found(t, text) })
				if masked := found(t, text); !slices.Equal(plain, masked) {
					t.Errorf("%s/%s %s: found %q, without masking %q", check.ID, name, what, masked, plain)
				}
			}
		}
	}
}
