package printers

import (
	"bytes"
	"io"
)

// Catalogue writes one row for each check.
func Catalogue(w io.Writer, checks []Check, o Options) error {
	p := newPalette(o.Color)
	g := &grid{width: o.Width}
	header := []string{"CHECK", "SEVERITY", "CATEGORY"}
	if o.Wide {
		header = append(header, "LIVE", "OPT-IN", "SINCE")
	}
	if !o.NoHeaders {
		g.add(plainCells(append(header, "TITLE")...))
	}
	for _, c := range checks {
		cells := []cell{plain(c.Metadata.Name), painted(p.severities[c.Severity], string(c.Severity)), plain(c.Category)}
		title := c.Title
		if o.Wide {
			cells = append(cells, plain(yesNo(c.Live)), plain(yesNo(c.OptIn)), plain(c.Since))
		} else if c.OptIn {
			title += " (runs only with --check)"
		}
		g.add(append(cells, plain(title)))
	}
	var out bytes.Buffer
	g.write(&out)
	_, err := out.WriteTo(w)
	return err
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
