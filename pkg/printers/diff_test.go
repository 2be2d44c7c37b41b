package printers

import (
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// worsened is a namespace in which something is new, and something is fixed.
func worsened() *api.ReportDiff {
	before, now := perfect(), shop()
	before.Metadata.CreationTimestamp = *ago(24 * time.Hour)
	d := api.NewDiff(before, now)
	d.Renamed = []api.Rename{{From: deployment("shop", "catalog", ""), To: deployment("shop", "shop-catalog", "")}}
	d.NotCompared = []api.NotCompared{{Reason: "the earlier report was made without the check", Findings: 1}}
	d.Differences = []string{"profile: baseline before, now production"}
	add := func(f api.Finding, change api.Change, old api.Severity, why string) {
		f.Change = change
		object := f.Object
		object.Container = ""
		d.Items = append(d.Items, api.SubjectDiff{Object: object, Findings: []api.FindingDiff{{Finding: f, OldSeverity: old, Why: why}}})
		d.Counts.Of(change).Add(f.Severity)
	}
	add(now.Findings[0], api.ChangeNew, "", "")
	was, is := 100, 50
	d.Items[0].OldScore, d.Items[0].NewScore = &was, &is
	add(now.Findings[1], api.ChangeWorse, api.High, "")
	add(now.Findings[4], api.ChangeUnknown, "", "the earlier report was made without the check")
	add(now.Findings[2], api.ChangeBetter, api.Critical, "")
	add(now.Findings[3], api.ChangeGone, "", "it is suppressed now")
	return d
}

func TestDiff(t *testing.T) {
	for name, o := range map[string]Options{
		"piped": {}, "80": {Width: 80}, "80-color": {Width: 80, Color: true}, "80-wide": {Width: 80, Wide: true},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := Diff(&out, worsened(), o); err != nil {
				t.Fatal(err)
			}
			golden(t, "diff."+name+".txt", out.String())
		})
	}
}
