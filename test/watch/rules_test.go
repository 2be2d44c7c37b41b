//go:build e2e

package watch

import "testing"

func TestRules(t *testing.T) {
	t.Run("are valid", func(t *testing.T) { promtool(t, "check", "rules", rulesFile) })
	t.Run("fire when they must", func(t *testing.T) { promtool(t, "test", "rules", "rules_test.yaml") })
}
