package printers

import (
	"strings"
	"testing"
)

// annotated reads a line as the runner of GitHub Actions does.
func annotated(line string) (properties map[string]string, message string) {
	command, message, _ := strings.Cut(strings.TrimPrefix(line, "::"), "::")
	_, list, _ := strings.Cut(command, " ")
	properties = map[string]string{}
	for pair := range strings.SplitSeq(list, ",") {
		name, value, _ := strings.Cut(pair, "=")
		properties[name] = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%").Replace(value)
	}
	return properties, strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(message)
}

func FuzzGitHub(f *testing.F) {
	f.Add("::error::forged\n::set-env name=PATH::/evil", "a,line=1::x%0A.yaml")
	f.Add("100% %25 %0A", "a:b.yaml")
	f.Fuzz(func(t *testing.T, text, file string) {
		r := changed()
		r.Findings[2].Message, r.Findings[2].Source.File = text, "./"+file
		r.Sanitize()
		want := strings.Count(formatted(t, "github", foundIn(changed())), "\n")
		lines := strings.Split(formatted(t, "github", foundIn(r)), "\n")
		if len(lines)-1 != want {
			t.Errorf("%d lines, want %d", len(lines)-1, want)
		}
		properties, message := annotated(lines[0])
		if len(properties) != 3 || properties["line"] != "30" || message != "shop/deploy/web (nginx): "+r.Findings[2].Message {
			t.Errorf("%v %q", properties, message)
		}
	})
}
