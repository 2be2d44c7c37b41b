package printers

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// policyAPI is an API of policy reports.
type policyAPI struct{ apiVersion, kind, clusterKind string }

var (
	openReports = policyAPI{"openreports.io/v1alpha1", "Report", "ClusterReport"}
	wgPolicy    = policyAPI{"wgpolicyk8s.io/v1alpha2", "PolicyReport", "ClusterPolicyReport"}
)

// maxResults limits the results of a policy report, in bytes: kubectl apply
// keeps a copy in an annotation, which may not exceed 256 KiB.
const maxResults = 200_000

// PolicyReport writes reports of openreports.io for kubectl apply: one for each
// namespace and one for the cluster, or several if one would be too large.
func PolicyReport(w io.Writer, found Found) error { return openReports.write(w, found) }

// WGPolicyReport is PolicyReport for the older wgpolicyk8s.io.
func WGPolicyReport(w io.Writer, found Found) error { return wgPolicy.write(w, found) }

type policyReport struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        policyMetadata `json:"metadata"`
	Source          string         `json:"source,omitempty"`
	Summary         policySummary  `json:"summary"`
	Results         []policyResult `json:"results"`
}

type policyMetadata struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace,omitempty"`
	Labels    map[string]string `json:"labels"`
}

type policySummary struct {
	Pass  int `json:"pass"`
	Fail  int `json:"fail"`
	Warn  int `json:"warn"`
	Error int `json:"error"`
	Skip  int `json:"skip"`
}

type policyResult struct {
	Source     string                   `json:"source"`
	Policy     string                   `json:"policy"`
	Category   string                   `json:"category,omitempty"`
	Severity   api.Severity             `json:"severity,omitempty"`
	Result     string                   `json:"result"`
	Scored     bool                     `json:"scored"`
	Message    string                   `json:"message,omitempty"`
	Timestamp  *metav1.Timestamp        `json:"timestamp,omitempty"`
	Resources  []corev1.ObjectReference `json:"resources,omitempty"`
	Properties map[string]string        `json:"properties,omitempty"`
}

func (p policyAPI) write(w io.Writer, found Found) error {
	if found.Several {
		return errors.New("policy reports are for the cluster that they are applied to: audit one at a time")
	}
	r, err := found.Items[0].Report()
	if err != nil {
		return err
	}
	results := policyResults(r)
	// A report without results replaces an earlier one.
	places := []string{}
	if r.Scope.AllNamespaces {
		places = append(places, "")
	}
	for _, n := range r.Namespaces {
		places = append(places, n.Name)
	}
	places = slices.AppendSeq(places, maps.Keys(results))
	slices.Sort(places)
	var out strings.Builder
	for _, namespace := range slices.Compact(places) {
		for i, part := range inParts(results[namespace]) {
			text, err := yaml.Marshal(p.report(namespace, i, part))
			if err != nil {
				return err
			}
			out.WriteString("---\n" + string(text))
		}
	}
	_, err = io.WriteString(w, out.String())
	return err
}

func (p policyAPI) report(namespace string, part int, results []policyResult) policyReport {
	report := policyReport{
		TypeMeta: metav1.TypeMeta{APIVersion: p.apiVersion, Kind: p.clusterKind},
		Metadata: policyMetadata{Name: "prodcheck", Namespace: namespace, Labels: map[string]string{"app.kubernetes.io/managed-by": "prodcheck"}},
		Results:  results,
	}
	if namespace != "" {
		report.Kind = p.kind
	}
	if part > 0 {
		report.Metadata.Name += fmt.Sprintf("-%d", part+1)
	}
	if p == openReports {
		report.Source = "prodcheck"
	}
	for _, result := range results {
		switch result.Result {
		case "fail":
			report.Summary.Fail++
		case "warn":
			report.Summary.Warn++
		case "skip":
			report.Summary.Skip++
		}
	}
	return report
}

// policyResults returns the results of a report by namespace: open and
// suppressed findings and, for the cluster, what was not judged.
func policyResults(r *api.Report) map[string][]policyResult {
	results := map[string][]policyResult{}
	categories := map[string]string{}
	for _, c := range r.Checks {
		categories[c.ID] = c.Category
	}
	timestamp := &metav1.Timestamp{Seconds: r.Metadata.CreationTimestamp.Unix()}
	result := func(check, verdict, message string) policyResult {
		return policyResult{Source: "prodcheck", Policy: visible(check), Category: visible(categories[check]), Result: verdict, Message: visible(message), Timestamp: timestamp}
	}
	add := func(f *api.Finding, verdict, message string) {
		one := result(f.Check, verdict, message)
		one.Severity, one.Scored, one.Properties = api.Severity(visible(string(f.Severity))), verdict == "fail", map[string]string{"fingerprint": visible(f.Fingerprint)}
		one.Resources = []corev1.ObjectReference{{APIVersion: f.Object.APIVersion, Kind: f.Object.Kind, Namespace: f.Object.Namespace, Name: f.Object.Name}}
		for name, text := range map[string]string{"container": f.Object.Container, "evidence": evidenceText(f.Evidence), "fix": f.Fix} {
			if text != "" {
				one.Properties[name] = visible(text)
			}
		}
		namespace := f.Object.CountedIn()
		results[namespace] = append(results[namespace], one)
	}
	for i := range r.Findings {
		verdict := "fail"
		if r.Findings[i].Severity == api.Info {
			verdict = "warn"
		}
		add(&r.Findings[i], verdict, r.Findings[i].Message)
	}
	for i := range r.Suppressed {
		s := &r.Suppressed[i]
		add(&s.Finding, "skip", "suppressed: "+s.By.Reason+": "+s.Message)
	}
	for _, c := range r.Checks {
		if c.Outcome == api.Unknown {
			results[""] = append(results[""], result(c.ID, "skip", "not judged: "+c.Reason))
		}
	}
	return results
}

// inParts splits results into one or more parts.
func inParts(results []policyResult) [][]policyResult {
	parts, size := [][]policyResult{{}}, 0
	for _, result := range results {
		text, _ := json.Marshal(result)
		last := len(parts) - 1
		if size += len(text); size > maxResults && len(parts[last]) > 0 {
			parts, size = append(parts, nil), len(text)
			last++
		}
		parts[last] = append(parts[last], result)
	}
	return parts
}
