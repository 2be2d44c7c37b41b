//go:build e2e

package watch

import (
	"os/exec"
	"strings"
	"testing"
)

func TestRules(t *testing.T) {
	t.Run("are valid", func(t *testing.T) { promtool(t, "check", "rules", rulesFile) })
	t.Run("fire when they must", func(t *testing.T) { promtool(t, "test", "rules", "rules_test.yaml") })
}

// What a textfile collector reads is text as Prometheus' own linter wants it.
func TestTextfile(t *testing.T) {
	out, err := exec.Command(buildPlugin(t), "demo", "-o", "prometheus").Output()
	if err != nil {
		t.Fatal(err)
	}
	lint := exec.Command("promtool", "check", "metrics")
	lint.Stdin = strings.NewReader(string(out))
	if problems, err := lint.CombinedOutput(); err != nil || len(problems) > 0 {
		t.Errorf("%v\n%s", err, problems)
	}
}
