package config

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

// Any file is either read or refused. An error names the file, and each mistake
// is at a place within it. A file that was read can be written and read again.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		everything, header, "", "&a ", "a: [", "a: &a [*a]", header + "exceptions: &a\n- checks: *a\n", "? [a]: b", "\x00", "%YAML 1.2\n---\n",
		header + "checks: &c {pod-pending: *c}", header + "gate: !!binary aGk=", header + "<<: {profile: strict}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Load("policy.yaml", data, catalog)
		if err != nil {
			lines := strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(string(data)), "\n") + 1
			var all Errors
			if errors.As(err, &all) {
				for _, one := range all {
					if at := positionOf(one); at.Line < 1 || at.Line > lines+1 || at.Column < 1 {
						t.Errorf("%v: the file has %d lines", one, lines)
					}
				}
			}
			if !strings.HasPrefix(err.Error(), "policy.yaml:") {
				t.Errorf("%v", err)
			}
			return
		}
		if !utf8.Valid(data) {
			return
		}
		written, err := yaml.Marshal(file.Config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Load("policy.yaml", written, catalog); err != nil {
			t.Errorf("%s\n%v", written, err)
		}
	})
}
