package printers

import (
	"cmp"
	"io"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Formats are the formats of this package that -o accepts for reports. Flags,
// help and completion follow from them: a new format is a file with its Print,
// and a line here.
var Formats = []Format{
	{Name: "csv", Print: CSV},
	{Name: "custom-columns", Parse: CustomColumns},
	{Name: "github", Extension: "github.txt", Print: GitHub},
	{Name: "html", Print: HTML},
	{Name: "junit", Extension: "junit.xml", Print: JUnit},
	{Name: "markdown", Extension: "md", Print: Markdown},
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

// Print writes what was found.
type Print func(io.Writer, Found) error

// Found is the result of a run of audits, with further data that formats need.
type Found struct {
	*api.ReportList
	// Several is set if the user asked for several clusters, even if there is only
	// one. Otherwise the list contains one report and no failure.
	Several bool
	// Took contains the durations of the audits.
	Took []time.Duration
	// Version is the version of the program.
	Version string
	// Checks documents the checks of the catalog.
	Checks []api.CatalogCheck
	// Runs reads the earlier audits of a history, the oldest first. It is nil without
	// a history, and takes long with a large one.
	Runs func() []api.Run
	// Options are for formats that people read on a terminal.
	Options
}

// FileName is the name of the format's file in a directory.
func (f Format) FileName() string { return "prodcheck." + cmp.Or(f.Extension, f.Name) }

// People writes the table of a report or of several.
func People(w io.Writer, found Found) error {
	if found.Several {
		return Clusters(w, found.ReportList, found.Options)
	}
	return Table(w, found.Items[0], found.Options)
}

func wide(w io.Writer, found Found) error {
	found.Wide = true
	return People(w, found)
}
