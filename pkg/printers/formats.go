package printers

import (
	"cmp"
	"io"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Formats are the formats of this package that -o accepts for reports. Flags,
// help and completion follow from them: a new format is a file with its Print,
// and a line here.
var Formats = []Format{
	{Name: "csv", Print: CSV},
	{Name: "custom-columns", Parse: CustomColumns},
	{Name: "custom-columns-file", Parse: CustomColumnsFile},
	{Name: "github", Extension: "github.txt", Print: GitHub},
	{Name: "gitlab", Extension: "gitlab.json", Print: GitLab},
	{Name: "html", Print: HTML},
	{Name: "junit", Extension: "junit.xml", Print: JUnit},
	{Name: "markdown", Extension: "md", Print: Markdown},
	{Name: "name", Print: Name},
	{Name: "policyreport", Extension: "policyreport.yaml", Print: PolicyReport},
	{Name: "sarif", Print: SARIF},
	{Name: "tsv", Print: TSV},
	{Name: "wgpolicyreport", Extension: "wgpolicyreport.yaml", Print: WGPolicyReport},
	{Name: "wide", Extension: "txt", Print: wide},
}

// Format is a way to write what was found.
type Format struct {
	// Name is the value of -o.
	Name string
	// Extension is the extension of files that get their name from the format. The
	// default is the name of the format.
	Extension string
	// Print is nil for a format that needs an argument: -o NAME=ARGUMENT.
	Print Print
	// Parse makes a Print from the argument, and refuses a wrong argument. It is
	// nil for other formats, where a file follows the =.
	Parse func(argument string) (Print, error)
}

// Print writes what was found, one report after the other.
type Print func(io.Writer, Found) error

// FileName is the name of the format's file in a directory.
func (f Format) FileName() string { return "prodcheck." + cmp.Or(f.Extension, f.Name) }

// People writes the table of a report or of several.
func People(w io.Writer, found Found) error {
	if found.Several {
		return Clusters(w, found)
	}
	return found.Each(func(r *api.Report) error { return Table(w, r, found.Options) })
}

func wide(w io.Writer, found Found) error {
	found.Wide = true
	return People(w, found)
}
