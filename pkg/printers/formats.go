package printers

import (
	"cmp"
	"io"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Formats are the formats of this package that -o accepts for reports. Flags, help and
// completion follow from them: a new format is a file with its Print, and a line
// here.
var Formats = []Format{
	{Name: "html", Print: HTML},
	{Name: "wide", Extension: "txt", Print: wide},
}

// Format is a way to write what was found.
type Format struct {
	// Name is the value of -o.
	Name string
	// Extension ends the name of a file that gets its name from the format. The
	// default is the format's name.
	Extension string
	// Print is nil for a format that needs an argument: -o NAME=ARGUMENT.
	Print Print
	// Parse makes a Print of the argument, and refuses a wrong one. For other
	// formats it is nil, and the file to write follows the =.
	Parse func(argument string) (Print, error)
}

// Print writes what was found.
type Print func(io.Writer, Found) error

// Found is the result of a run of audits, and what formats need besides.
type Found struct {
	*api.ReportList
	// Several clusters were asked for, even if there is only one. Otherwise the
	// list contains one report, and no failure.
	Several bool
	// Took are the times that it took to make the reports.
	Took []time.Duration
	// Version is the program's.
	Version string
	// Checks documents the checks of the catalog.
	Checks []api.CatalogCheck
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
