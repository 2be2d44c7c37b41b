package printers

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// SARIF writes a run of SARIF 2.1.0 for each report, for code scanning. Readers
// refuse a result without a place in a file, so such a result has the name of
// its object as its place.
func SARIF(w io.Writer, found Found) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\n  \"$schema\": %q,\n  \"version\": \"2.1.0\",\n  \"runs\": [", sarifSchema)
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("    ", "  ")
	separator := ""
	add := func(run sarifRun) error {
		text.Reset()
		if err := encoder.Encode(run); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "%s\n    %s", separator, bytes.TrimSpace(text.Bytes()))
		separator = ","
		return err
	}
	err := found.Each(func(r *api.Report) error { return add(sarifRunOf(r, found)) })
	for _, f := range found.Failed {
		err = cmp.Or(err, add(sarifFailure(f, found)))
	}
	if err != nil {
		return err
	}
	write(out, "\n  ]\n}\n")
	return out.Flush()
}

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homepage    = "https://github.com/prodcheck/kubectl-prodcheck"
)

func sarifRunOf(r *api.Report, found Found) sarifRun {
	run := newSARIFRun(r.Metadata.Name, r.Tool.Version)
	run.Properties = map[string]any{"summary": r.Summary}
	index := map[string]int{}
	selected := map[string]bool{}
	for _, c := range r.Checks {
		selected[c.ID] = true
	}
	for _, c := range found.Checks {
		if selected[c.Metadata.Name] {
			index[c.Metadata.Name] = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(c))
		}
	}
	for i := range r.Findings {
		run.Results = append(run.Results, sarifResultOf(r, &r.Findings[i], index))
	}
	for i := range r.Suppressed {
		s := &r.Suppressed[i]
		result := sarifResultOf(r, &s.Finding, index)
		result.Suppressions = []sarifSuppression{{"external", s.By.Reason}}
		run.Results = append(run.Results, result)
	}
	for _, gap := range gaps(r) {
		run.Invocations[0].ToolExecutionNotifications = append(run.Invocations[0].ToolExecutionNotifications, sarifNotification{"warning", sarifText(gap)})
	}
	return run
}

func sarifFailure(f api.Failure, found Found) sarifRun {
	run := newSARIFRun(f.Name, found.Version)
	run.Invocations = []sarifInvocation{{ToolExecutionNotifications: []sarifNotification{{"error", sarifText(f.Reason)}}}}
	return run
}

func newSARIFRun(name, version string) sarifRun {
	return sarifRun{
		Tool: sarifTool{sarifDriver{Name: "prodcheck", Version: strings.TrimPrefix(version, "v"), InformationURI: homepage, Rules: []sarifRule{}}},
		// The part before the last slash is the category.
		AutomationDetails: sarifID{"prodcheck/" + url.PathEscape(name) + "/"},
		Invocations:       []sarifInvocation{{ExecutionSuccessful: true}},
		Results:           []sarifResult{},
	}
}

func sarifRuleOf(c api.CatalogCheck) sarifRule {
	var help strings.Builder
	// It is written to memory.
	_ = ExplainMarkdown(&help, c, Examples{})
	return sarifRule{
		ID: c.Metadata.Name, ShortDescription: sarifMessage{Text: c.Title}, FullDescription: sarifMessage{Text: c.What},
		Help:                 sarifMessage{Text: c.Why + "\n\n" + c.Fix, Markdown: help.String()},
		DefaultConfiguration: sarifLevel{sarifLevelOf(c.Severity)},
		Properties:           map[string]any{"tags": []string{c.Category}, "severity": c.Severity},
	}
}

func sarifResultOf(r *api.Report, f *api.Finding, rules map[string]int) sarifResult {
	message := f.Message
	if f.Fix != "" {
		message += "\nFix: " + fixText(f)
	}
	name := objectPath(r, f.Object)
	result := sarifResult{
		RuleID: f.Check, Level: sarifLevelOf(f.Severity), Message: sarifText(objectName(f.Object) + ": " + message),
		Locations: []sarifLocation{{
			PhysicalLocation: sarifPhysical{sarifURI{URI: uriOf(name), Description: &sarifMessage{Text: "an object, not a file"}}, sarifRegion{1}},
			LogicalLocations: []sarifLogical{{name, "resource"}},
		}},
		PartialFingerprints: map[string]string{"prodcheck/v1": f.Fingerprint},
		BaselineState:       sarifStates[f.Change],
		Properties:          map[string]any{"severity": f.Severity, "object": f.Object},
	}
	if i, known := rules[f.Check]; known {
		result.RuleIndex = &i
	}
	if f.Source != nil {
		result.Locations[0].PhysicalLocation = sarifPhysical{fileURI(f.Source.File), sarifRegion{max(f.Source.Line, 1)}}
	}
	if len(f.Evidence) > 0 {
		result.Properties["evidence"] = f.Evidence
	}
	return result
}

// objectPath stands for an object where readers expect the path of a file.
func objectPath(r *api.Report, o api.Object) string {
	return path.Join(r.Metadata.Name, o.Namespace, strings.ToLower(o.Kind), o.Name, o.Container)
}

var sarifStates = map[api.Change]string{
	api.ChangeNew: "new", api.ChangeWorse: "updated", api.ChangeBetter: "updated", api.ChangeSame: "unchanged",
}

func sarifLevelOf(s api.Severity) string {
	switch s {
	case api.Critical, api.High:
		return "error"
	case api.Medium:
		return "warning"
	}
	return "note"
}

// sarifText returns a message in which nothing becomes a link.
func sarifText(text string) sarifMessage {
	return sarifMessage{Text: strings.ReplaceAll(text, "](", "] (")}
}

// fileURI returns a URI relative to the root of the sources, if the name is
// relative.
func fileURI(file string) sarifURI {
	switch file = strings.ReplaceAll(file, `\`, "/"); {
	case isURL(file):
		return sarifURI{URI: strings.ReplaceAll(file, " ", "%20")}
	case path.IsAbs(file), drive.MatchString(file):
		return sarifURI{URI: (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(file, "/")}).String()}
	}
	return sarifURI{URI: uriOf(path.Clean(file)), URIBaseID: "%SRCROOT%"}
}

// drive matches the beginning of an absolute path of Windows.
var drive = regexp.MustCompile("^[A-Za-z]:/")

// uriOf escapes a path. Its first part must not look like a scheme.
func uriOf(file string) string {
	return strings.ReplaceAll(strings.TrimPrefix((&url.URL{Path: file}).String(), "./"), ":", "%3A")
}
