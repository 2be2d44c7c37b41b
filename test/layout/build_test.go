package layout

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The program that "make build" makes is compiled like a release.
func TestReleasesAreCompiledAlike(t *testing.T) {
	var flags [][]string
	for file, line := range map[string]string{"../../Makefile": `(?m)^SMALL = (.*)$`, "../../.goreleaser.yaml": `(?m)^  gcflags: \[(.*)\]$`} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(line).FindStringSubmatch(string(text))
		if found == nil {
			t.Fatalf("%s has no flags", file)
		}
		flags = append(flags, strings.Fields(strings.NewReplacer("-gcflags=", "", ",", "").Replace(found[1])))
	}
	if diff := cmp.Diff(flags[0], flags[1]); diff != "" {
		t.Errorf("the Makefile and .goreleaser.yaml differ:\n%s", diff)
	}
}
