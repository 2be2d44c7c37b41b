package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// What would be released otherwise than it is built here is refused.
func TestConfigIsUnderstoodWholly(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(repository, ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ old, new, want string }{
		"unknown section": {"snapshot:", "upx: [{enabled: true}]\nsnapshot:", `.goreleaser.yaml: error unmarshaling JSON: while decoding JSON: json: unknown field "upx"`},
		"a second build":  {"builds:\n", "builds:\n- {main: ./cmd/other}\n", ".goreleaser.yaml: builds: 2 entries, must be one"},
		"a directory":     {"wrap_in_directory: false", "wrap_in_directory: true", ".goreleaser.yaml: archives: wrap_in_directory is not supported"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			changed := strings.Replace(string(source), test.old, test.new, 1)
			if err := os.WriteFile(filepath.Join(root, ".goreleaser.yaml"), []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := readConfig(root); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestDockerfileIsUnderstoodWholly(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "Dockerfile")
	for instructions, want := range map[string]string{
		"FROM debian":                             "must have one stage, FROM scratch",
		"FROM scratch\nRUN true":                  ":2: RUN is not supported",
		"FROM scratch\nCOPY --chown=1 a /a":       ":2: COPY --chown=1 a /a is not supported, only COPY FILE /FILE",
		"FROM scratch\nCOPY a a":                  ":2: COPY a a is not supported, only COPY FILE /FILE",
		"FROM scratch\nENTRYPOINT program":        ":2: ENTRYPOINT program is not supported without brackets: there is no shell",
		"FROM scratch\nARG VERSION":               ":2: ARG VERSION is not supported, only TARGETPLATFORM",
		"FROM scratch\n\nCOPY missing /missing":   ":3: stat " + filepath.Join(dir, "missing") + ": no such file or directory",
		"FROM scratch AS a\nFROM scratch\nUSER 1": "must have one stage, FROM scratch",
	} {
		if err := os.WriteFile(file, []byte(instructions), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := buildImage(file, dir, Platform{"linux", "amd64"}, v1.Time{})
		if err == nil || !strings.HasPrefix(err.Error(), file) || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", instructions, err, want)
		}
	}
}
