package printers

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// foundIn returns a run of audits with some reports and the documentation of a check.
func foundIn(reports ...*api.Report) Found {
	found := Found{Version: "v0.1.0", Checks: []api.CatalogCheck{oomCheck()}}
	for _, r := range reports {
		found.Items = append(found.Items, ItemOf(r, 0))
	}
	return found
}

// foundAll returns a run of audits of several clusters.
func foundAll(list *api.ReportList) Found {
	found := foundIn(list.Items...)
	found.Failed, found.Several = list.Failed, true
	return found
}

// changed is shop, read from files, with a baseline, subjects and an exception.
func changed() *api.Report {
	r := shop()
	r.Tool.Version = "v0.1.0"
	r.Changes = &api.Changes{Earlier: api.Origin{Name: "shop", CreationTimestamp: *ago(48 * 3600e9)}}
	r.Changes.Counts.New.High = 1
	seen := map[api.Object]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Fingerprint = strings.Repeat(string(rune('a'+i)), 16)
		f.Source = &api.Source{File: "deploy/web app.yaml", Line: 10 * (i + 1)}
		f.Change = api.ChangeSame
		o := f.Object
		o.Container = ""
		if !seen[o] {
			r.Subjects = append(r.Subjects, api.Subject{Object: o})
		}
		seen[o] = true
	}
	r.Findings[2].Change, r.Findings[3].Source = api.ChangeNew, nil
	r.Findings[4].Source.File = "https://example.com/a b.yaml"
	suppressed := r.Findings[2]
	suppressed.Object.Name, suppressed.Fingerprint = "vendor", strings.Repeat("0", 16)
	r.Suppressed = []api.Suppressed{{Finding: suppressed, By: api.Suppression{Reason: "the vendor tags so"}}}
	r.Subjects = append(r.Subjects, api.Subject{Object: deployment("shop", "vendor", "")}, api.Subject{Object: api.Object{APIVersion: "v1", Kind: "Node", Name: "n1"}})
	return r
}

// printOf gives a format an argument, if it needs one.
func printOf(t testing.TB, f Format) Print {
	t.Helper()
	if f.Parse == nil {
		return f.Print
	}
	argument := "SEVERITY:.severity,NAME:.object.name,PODS:{.evidence.podNames[*]},CPU:.evidence.restartsPerHour,FINDING:message"
	if f.Name == "custom-columns-file" {
		argument = "testdata/columns.txt"
	}
	print, err := f.Parse(argument)
	if err != nil {
		t.Fatal(err)
	}
	return print
}

// formatted prints in a format.
func formatted(t testing.TB, name string, found Found) string {
	t.Helper()
	for _, f := range Formats {
		if f.Name != name {
			continue
		}
		var out bytes.Buffer
		if err := printOf(t, f)(&out, found); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	t.Fatalf("no format %s", name)
	return ""
}

func TestFormats(t *testing.T) {
	for _, f := range Formats {
		if f.Name == "wide" || f.Name == "html" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			first := formatted(t, f.Name, foundIn(changed()))
			golden(t, "format."+f.FileName(), first)
			if again := formatted(t, f.Name, foundIn(changed())); again != first {
				t.Error("not the same twice")
			}
			for _, r := range []*api.Report{cluster(), perfect(), empty(), unreadable(), excepted()} {
				formatted(t, f.Name, foundIn(r))
			}
		})
	}
}

// One file contains several clusters, including those that failed.
func TestFormatsOfSeveralClusters(t *testing.T) {
	list := several()
	list.Items[1].Subjects = changed().Subjects
	found := foundAll(list)
	for _, f := range Formats {
		if strings.Contains(f.Name, "policyreport") || f.Name == "wgpolicyreport" || f.Name == "wide" {
			continue
		}
		out := formatted(t, f.Name, found)
		for text, without := range map[string][]string{
			"prod-eu":     {"name", "custom-columns", "custom-columns-file"},
			"127.0.0.1:1": {"name", "custom-columns", "custom-columns-file", "csv", "tsv", "gitlab"},
		} {
			if strings.Contains(out, text) == slices.Contains(without, f.Name) {
				t.Errorf("%s names %s: %v", f.Name, text, strings.Contains(out, text))
			}
		}
	}
	if err := PolicyReport(&bytes.Buffer{}, found); err == nil {
		t.Error("policy reports of several clusters have one name")
	}
}

// No format writes a control sequence for a terminal, or a line break from a
// text.
func TestFormatsOfHostileTexts(t *testing.T) {
	for _, f := range Formats {
		if f.Name == "html" {
			continue
		}
		r := changed()
		poison(reflect.ValueOf(r).Elem())
		r.Sanitize()
		out := formatted(t, f.Name, foundIn(r))
		if !utf8.ValidString(out) {
			t.Errorf("%s is not UTF-8", f.Name)
		}
		for _, r := range out {
			if (f.Name == "sarif" || f.Name == "gitlab") && r > '~' {
				continue // JSON is for programs.
			}
			if r != '\n' && !(r == '\t' && f.Name == "tsv") && !unicode.IsPrint(r) {
				t.Errorf("%s: %U in the output", f.Name, r)
				break
			}
		}
	}
}
