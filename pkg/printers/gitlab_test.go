package printers

import (
	"encoding/json"
	"testing"
)

// Whatever texts contain, each finding is one issue with what GitLab requires.
func FuzzGitLab(f *testing.F) {
	f.Add("\"}]\x00<script>", "../a.yaml")
	f.Fuzz(func(t *testing.T, text, file string) {
		r := changed()
		r.Findings[0].Message, r.Findings[0].Object.Name, r.Findings[0].Source.File = text, text, file
		r.Sanitize()
		var issues []gitlabIssue
		if err := json.Unmarshal([]byte(formatted(t, "gitlab", foundIn(r))), &issues); err != nil {
			t.Fatal(err)
		}
		if len(issues) != len(r.Findings) {
			t.Errorf("%d issues", len(issues))
		}
		seen := map[string]bool{}
		for _, issue := range issues {
			if issue.Description == "" || issue.Fingerprint == "" || issue.Severity == "" || issue.Location.Path == "" || issue.Location.Lines.Begin < 1 || seen[issue.Fingerprint] {
				t.Errorf("%+v", issue)
			}
			seen[issue.Fingerprint] = true
		}
	})
}
