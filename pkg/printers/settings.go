package printers

import (
	"bytes"
	"io"
)

// Setting is one value of a configuration, and where it comes from.
type Setting struct{ Key, Source, Value string }

// minValue is the minimum width of a value beside its key. If there is less
// room, the value moves below.
const minValue = 24

// Settings writes a row for each setting. The value comes last because it may be
// long.
func Settings(w io.Writer, settings []Setting, o Options) error {
	var out bytes.Buffer
	g := settingsGrid(settings, o, true)
	if keys := settingsGrid(settings, o, false); o.Width > 0 && o.Width-keys.span() < minValue {
		g = keys
	}
	g.write(&out)
	_, err := out.WriteTo(w)
	return err
}

func settingsGrid(settings []Setting, o Options, beside bool) *grid {
	g := &grid{width: o.Width}
	header := []string{"KEY", "SOURCE"}
	if beside {
		header = append(header, "VALUE")
	}
	if !o.NoHeaders {
		g.add(plainCells(header...))
	}
	for _, s := range settings {
		if beside {
			g.add(plainCells(s.Key, s.Source, orNone(s.Value)))
		} else {
			g.add(plainCells(s.Key, s.Source), note{text: plain(orNone(s.Value))})
		}
	}
	return g
}
