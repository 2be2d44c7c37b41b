package printers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"k8s.io/client-go/util/jsonpath"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// CustomColumns parses NAME:PATH,..., as kubectl does, and returns a Print that
// writes a table of findings. Each path starts at a finding.
func CustomColumns(argument string) (Print, error) {
	if argument == "" {
		return nil, errors.New("custom-columns needs columns: -o custom-columns=CHECK:.check,NAME:.object.name")
	}
	var names, paths []string
	for text := range strings.SplitSeq(argument, ",") {
		name, path, found := strings.Cut(text, ":")
		if !found || name == "" || path == "" {
			return nil, fmt.Errorf("custom-columns: %q must be NAME:PATH, such as CHECK:.check", text)
		}
		names, paths = append(names, name), append(paths, path)
	}
	return printColumns(names, paths)
}

// CustomColumnsFile reads the columns from a file: a line of names, and a line of paths below
// them, as kubectl does.
func CustomColumnsFile(file string) (Print, error) {
	if file == "" {
		return nil, errors.New("custom-columns-file needs a file: -o custom-columns-file=columns.txt")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("custom-columns-file: %w", fileerror.Named(err))
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 2 {
		return nil, fmt.Errorf("custom-columns-file: %s must have two lines: names, and a path below each", file)
	}
	names, paths := strings.Fields(lines[0]), strings.Fields(lines[1])
	if len(names) != len(paths) {
		return nil, fmt.Errorf("custom-columns-file: %s has %s, but %s", file, Plural(len(names), "name"), Plural(len(paths), "path"))
	}
	return printColumns(names, paths)
}

func printColumns(names, paths []string) (Print, error) {
	columns := make([]column, len(names))
	for i, name := range names {
		columns[i] = column{name, jsonpath.New(name).AllowMissingKeys(true)}
		if err := columns[i].path.Parse(bracedPath(paths[i])); err != nil {
			return nil, fmt.Errorf("custom-columns: %s: %w", paths[i], err)
		}
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
