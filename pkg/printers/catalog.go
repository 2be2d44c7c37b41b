package printers

import (
	"bytes"
	"cmp"
	"io"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Catalog writes one row for each check.
func Catalog(w io.Writer, checks []api.CatalogCheck, o Options) error {
	p := newPalette(o.Color)
	g := &grid{width: o.Width}
	header := []string{"CHECK", "SEVERITY", "CATEGORY"}
	if o.Wide {
		header = append(header, "LIVE", "PROFILE", "SINCE")
	}
	if !o.NoHeaders {
		g.add(plainCells(append(header, "TITLE")...))
	}
	for _, c := range checks {
		cells := []cell{plain(c.Metadata.Name), painted(p.severities[c.Severity], string(c.Severity)), plain(c.Category)}
		title := c.Title
		if o.Wide {
			cells = append(cells, plain(yesNo(c.Live)), plain(cmp.Or(c.Profile, "-")), plain(c.Since))
		} else if hint := offByDefault(c); hint != "" {
			title += " (runs only with " + hint + ")"
		}
		g.add(append(cells, plain(title)))
	}
	var out bytes.Buffer
	if room := g.room(); o.Width > 0 && room < minFinding {
		g.lastBelow(!o.NoHeaders)
	}
	g.write(&out)
	_, err := out.WriteTo(w)
	return err
}

// offByDefault returns the flag without which a check does not run.
func offByDefault(c api.CatalogCheck) string {
	switch c.Profile {
	case "":
		return flagOf(c)
	case "strict":
		return "--profile strict"
	}
	return ""
}

// flagOf returns the flag that runs a check which no profile runs.
func flagOf(c api.CatalogCheck) string {
	if c.SamplingFlag != "" {
		return "--" + c.SamplingFlag
	}
	return "--check " + c.Metadata.Name
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
