package printers

import (
	"github.com/fatih/color"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// palette are the colors of one stream. They only repeat what is also said in
// words. Each color is switched by itself: the library's global switch knows
// standard output alone.
type palette struct {
	heading    *color.Color
	hint       *color.Color
	warning    *color.Color
	severities map[report.Severity]*color.Color
	grades     map[report.Grade]*color.Color
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
		severities: map[report.Severity]*color.Color{
			report.Critical: bad,
			report.High:     paint(color.FgRed),
			report.Medium:   paint(color.FgYellow),
			report.Low:      paint(color.FgCyan),
		},
		grades: map[report.Grade]*color.Color{"A": good, "B": good, "C": fair, "D": bad, "F": bad},
	}
}
