package printers

import (
	"strings"

	"github.com/fatih/color"
	"github.com/mattn/go-runewidth"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// cell is a piece of one line.
type cell struct {
	text  string
	color *color.Color
}

// plain and painted make a cell. Characters that are not printable become
// visible.
func plain(text string) cell { return painted(nil, text) }

func painted(c *color.Color, text string) cell { return cell{visible(text), c} }

// visible is a text in one line, in which nothing is hidden.
func visible(text string) string { return api.Text(text, len(text)) }

func plainCells(texts ...string) []cell {
	cells := make([]cell, len(texts))
	for i, text := range texts {
		cells[i] = plain(text)
	}
	return cells
}

func (c cell) width() int { return columns.StringWidth(c.text) }

// with returns a cell with another text in the same color.
func (c cell) with(text string) cell { return cell{text, c.color} }

func (c cell) String() string {
	if c.color == nil || c.text == "" {
		return c.text
	}
	return c.color.Sprint(c.text)
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
