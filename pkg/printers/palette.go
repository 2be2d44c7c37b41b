package printers

import (
	"github.com/fatih/color"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// palette contains the colors of one stream. Colors only repeat what the words
// say. Each color is switched separately, because the global switch of the
// library only looks at standard output.
type palette struct {
	heading    *color.Color
	hint       *color.Color
	warning    *color.Color
	severities map[api.Severity]*color.Color
	grades     map[api.Grade]*color.Color
}

func newPalette(enabled bool) palette {
	paint := func(attributes ...color.Attribute) *color.Color {
		c := color.New(attributes...)
		if enabled {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	good, fair, bad := paint(color.FgGreen, color.Bold), paint(color.FgYellow, color.Bold), paint(color.FgRed, color.Bold)
	return palette{
		heading: paint(color.Bold),
		hint:    paint(color.Faint),
		warning: paint(color.FgYellow),
		severities: map[api.Severity]*color.Color{
			api.Critical: bad,
			api.High:     paint(color.FgRed),
			api.Medium:   paint(color.FgYellow),
			api.Low:      paint(color.FgCyan),
		},
		grades: map[api.Grade]*color.Color{"A": good, "B": good, "C": fair, "D": bad, "F": bad},
	}
}
