package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/prodcheck/kubectl-prodcheck/internal/manifest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// errNoReport is the answer to a file that contains something else.
var errNoReport = errors.New("not a report: -o json or -o yaml of an audit writes one")

// reportsIn reads the reports in a file, or in standard input for "-": what an audit
// prints as JSON or YAML, or an entry of a history, compressed or not. For anything else it
// returns errNoReport, and nothing more is read than it takes to see that. The returned
// reader has all of standard input again.
func reportsIn(name string, stdin io.Reader) ([]*api.Report, io.Reader, error) {
	var reports []*api.Report
	_, stdin, err := eachReportIn(name, stdin, func(r *api.Report) error {
		reports = append(reports, r)
		return nil
	})
	if err == nil && len(reports) == 0 {
		err = ofFile(name, errors.New("the list has no reports"))
	}
	return reports, stdin, err
}

// eachReportIn is reportsIn for large lists: it visits one report after the other. It also
// returns the clusters of a list that have no report.
func eachReportIn(name string, stdin io.Reader, visit func(*api.Report) error) ([]api.Failure, io.Reader, error) {
	var seen bytes.Buffer
	in := io.TeeReader(stdin, &seen)
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, stdin, ofFile(name, err)
		}
		defer file.Close()
		in = file
	}
	failed, err := eachReport(in, visit)
	if err != nil {
		return nil, io.MultiReader(&seen, stdin), ofFile(name, err)
	}
	return failed, stdin, nil
}

// yamlReport matches the beginning of a report in YAML, whose keys are sorted.
var yamlReport = regexp.MustCompile(`^\s*(---\s*)?({\s*)?apiVersion: "?` + api.APIVersion)

// headLength is enough for the first key.
const headLength = 512

// jsonList matches the beginning of a list in JSON.
var jsonList = regexp.MustCompile(`^\s*{\s*"kind":\s*"` + api.ListKind + `",\s*"apiVersion":\s*"` + api.APIVersion + `"`)

// eachReport visits the reports in a text, compressed or not, in UTF-8 or, as PowerShell
// redirects output, in UTF-16. It keeps only one report of a list in memory if the list is
// JSON as audits write it.
func eachReport(in io.Reader, visit func(*api.Report) error) ([]api.Failure, error) {
	text, err := manifest.Text(in)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReader(text)
	if head, _ := buffered.Peek(headLength); jsonList.Match(head) {
		return eachInList(buffered, visit)
	}
	document, err := reportIn(buffered)
	if err != nil {
		return nil, err
	}
	return api.DecodeEach(document, visit)
}

// reportIn returns the report in a text: a document of YAML, or the last of several of JSON,
// all of which must be reports.
func reportIn(buffered *bufio.Reader) ([]byte, error) {
	if head, _ := buffered.Peek(headLength); yamlReport.Match(head) {
		return io.ReadAll(buffered)
	}
	var document json.RawMessage
	for decoder := json.NewDecoder(buffered); ; {
		var one json.RawMessage
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) && document != nil {
			return document, nil
		}
		var syntax *json.SyntaxError
		switch {
		case errors.As(err, &syntax), errors.Is(err, io.EOF):
			return nil, errNoReport
		case err != nil:
			return nil, err
		}
		var is struct{ APIVersion, Kind string }
		err = json.Unmarshal(one, &is)
		if err != nil || is.APIVersion != api.APIVersion || is.Kind != api.Kind && is.Kind != api.ListKind {
			return nil, errNoReport
		}
		document = one
	}
}

// oneReportOf returns the report of a cluster: that of its name, or the only one.
func oneReportOf(reports []*api.Report, cluster string) (*api.Report, error) {
	for _, r := range reports {
		if r.Metadata.Name == cluster {
			return r, nil
		}
	}
	if len(reports) == 1 {
		return reports[0], nil
	}
	return nil, fmt.Errorf("none of its %d reports is of the cluster %s", len(reports), cluster)
}
