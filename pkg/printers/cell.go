package printers

import (
	"math"
	"strings"

	"github.com/fatih/color"
	"github.com/mattn/go-runewidth"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// cell is a piece of one line.
type cell struct {
	text  string
	color *color.Color
	// link contains the target of the text on a terminal, empty for none.
	link string
}

// plain and painted make a cell. Characters that are not printable become
// visible.
func plain(text string) cell { return painted(nil, text) }

func painted(c *color.Color, text string) cell { return cell{text: visible(text), color: c} }

// visible is a text in one line, in which nothing is hidden.
func visible(text string) string { return api.Text(text, math.MaxInt) }

func plainCells(texts ...string) []cell {
	cells := make([]cell, len(texts))
	for i, text := range texts {
		cells[i] = plain(text)
	}
	return cells
}

func (c cell) width() int { return columns.StringWidth(c.text) }

// with returns a cell with another text in the same color.
func (c cell) with(text string) cell { return cell{text: text, color: c.color} }

func (c cell) String() string {
	text := c.text
	if c.color != nil && text != "" {
		text = c.color.Sprint(text)
	}
	if c.link == "" {
		return text
	}
	// The sequence OSC 8. Terminals that do not know it show the text alone.
	return "\x1b]8;;" + c.link + "\x1b\\" + text + "\x1b]8;;\x1b\\"
}

// wrap breaks a text between words into lines that fit. A word that is longer
// than a line is broken anywhere.
func (c cell) wrap(width int) []cell {
	var lines []cell
	line := ""
	for word := range strings.FieldsSeq(c.text) {
		switch {
		case line == "":
			line = word
		case columns.StringWidth(line)+1+columns.StringWidth(word) <= width:
			line += " " + word
		default:
			lines = append(lines, c.with(line))
			line = word
		}
		if columns.StringWidth(line) > width {
			parts := strings.Split(columns.Wrap(line, width), "\n")
			for _, part := range parts[:len(parts)-1] {
				lines = append(lines, c.with(part))
			}
			line = parts[len(parts)-1]
		}
	}
	return append(lines, c.with(line))
}

// columns counts terminal columns in the same way in every locale.
var columns = &runewidth.Condition{StrictEmojiNeutral: true}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
