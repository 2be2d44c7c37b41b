package printers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"k8s.io/client-go/util/jsonpath"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// CustomColumns parses NAME:PATH,..., as kubectl does, and returns a Print that
// writes a table of findings. Each path starts at a finding.
func CustomColumns(argument string) (Print, error) {
	if argument == "" {
		return nil, errors.New("custom-columns needs columns: -o custom-columns=CHECK:.check,NAME:.object.name")
	}
	var columns []column
	for text := range strings.SplitSeq(argument, ",") {
		name, path, found := strings.Cut(text, ":")
		if !found || name == "" || path == "" {
			return nil, fmt.Errorf("custom-columns: %q must be NAME:PATH, such as CHECK:.check", text)
		}
		parsed := jsonpath.New(name).AllowMissingKeys(true)
		if err := parsed.Parse(bracedPath(path)); err != nil {
			return nil, fmt.Errorf("custom-columns: %s: %w", path, err)
		}
		columns = append(columns, column{name, parsed})
	}
	return func(w io.Writer, found Found) error { return writeColumns(w, found, columns) }, nil
}

type column struct {
	name string
	path *jsonpath.JSONPath
}

// bracedPath adds what JSONPath requires but users may omit: the braces and the
// first dot.
func bracedPath(path string) string {
	path = strings.TrimSuffix(strings.TrimPrefix(path, "{"), "}")
	return "{." + strings.TrimPrefix(path, ".") + "}"
}

func writeColumns(w io.Writer, found Found, columns []column) error {
	var out bytes.Buffer
	rows := tabwriter.NewWriter(&out, 0, 8, 3, ' ', 0)
	if !found.NoHeaders {
		var names []string
		for _, c := range columns {
			names = append(names, plain(c.name).text)
		}
		write(rows, strings.Join(names, "\t"), "\n")
	}
	// The widths of columns depend on all cells, which therefore stay in memory.
	err := found.Each(func(r *api.Report) error {
		for i := range r.Findings {
			cells, err := cellsOf(&r.Findings[i], columns)
			if err != nil {
				return err
			}
			write(rows, strings.Join(cells, "\t"), "\n")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	_, err = out.WriteTo(w)
	return err
}

func cellsOf(f *api.Finding, columns []column) ([]string, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	var content any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&content); err != nil {
		return nil, err
	}
	var cells []string
	for _, c := range columns {
		results, err := c.path.FindResults(content)
		if err != nil {
			return nil, fmt.Errorf("custom-columns: %s: %w", c.name, err)
		}
		var values []string
		for _, result := range results {
			for _, value := range result {
				if value.IsValid() && value.CanInterface() && value.Interface() != nil {
					values = append(values, plain(fmt.Sprint(value.Interface())).text)
				}
			}
		}
		cells = append(cells, orNone(strings.Join(values, ",")))
	}
	return cells, nil
}
