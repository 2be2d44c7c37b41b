package printers

import (
	"io"
)

const (
	// gap is between two columns.
	gap = 2
	// maxIndent keeps notes readable below a wide first column.
	maxIndent = 12
)

// grid has columns that are as wide as their widest cells. The last cell of a
// shorter row can use the columns that the row lacks.
type grid struct {
	// width limits lines: the last column and the notes wrap there. 0 means no limit.
	width int
	rows  []row
}

// row is one line of cells, with notes below it.
type row struct {
	cells []cell
	notes []note
}

// note is a text below a row.
type note struct {
	label string
	text  cell
	// verbatim texts are not wrapped: if a command contained a line break, pasting
	// it would run only a part.
	verbatim bool
}

func (g *grid) add(cells []cell, notes ...note) { g.rows = append(g.rows, row{cells, notes}) }

// widths returns the widths of all columns.
func (g *grid) widths() []int {
	columns := 0
	for _, row := range g.rows {
		columns = max(columns, len(row.cells))
	}
	widths := make([]int, columns)
	for _, row := range g.rows {
		for i, c := range row.cells {
			if i == columns-1 || i < len(row.cells)-1 {
				widths[i] = max(widths[i], c.width())
			}
		}
	}
	return widths
}

// span returns the width of the widest row without wrapping.
func (g *grid) span() int {
	span := -gap
	for _, width := range g.widths() {
		span += width + gap
	}
	return span
}

// dropToFit drops the last columns of a grid that is wider than the terminal.
func (g *grid) dropToFit() {
	for g.width > 0 && g.span() > g.width && len(g.rows[0].cells) > 1 {
		for i := range g.rows {
			row := &g.rows[i]
			row.cells = row.cells[:len(row.cells)-1]
		}
	}
}

// room returns how many columns are left for the last one.
func (g *grid) room() int {
	room := g.width
	widths := g.widths()
	for _, width := range widths[:len(widths)-1] {
		room -= width + gap
	}
	return room
}

// lastBelow moves the last column below its row, and drops its header.
func (g *grid) lastBelow(hasHeader bool) {
	for i := range g.rows {
		row := &g.rows[i]
		last := len(row.cells) - 1
		if i > 0 || !hasHeader {
			row.notes = append([]note{{text: row.cells[last]}}, row.notes...)
		}
		row.cells = row.cells[:last]
	}
}

func (g *grid) write(w io.Writer) {
	widths := g.widths()
	for _, row := range g.rows {
		g.writeCells(w, row.cells, widths)
		indent := min(widths[0]+gap, maxIndent)
		for _, n := range row.notes {
			g.writeNote(w, n, indent, labelWidth(row.notes))
		}
	}
}

func (g *grid) writeCells(w io.Writer, cells []cell, widths []int) {
	last := len(cells) - 1
	left := 0
	for i, c := range cells[:last] {
		write(w, c.String(), spaces(widths[i]-c.width()+gap))
		left += widths[i] + gap
	}
	g.writeText(w, cells[last], left)
}

func (g *grid) writeNote(w io.Writer, n note, indent, labels int) {
	write(w, spaces(indent))
	if n.label != "" {
		write(w, n.label, spaces(labels-columns.StringWidth(n.label)+gap))
		indent += labels + gap
	}
	if n.verbatim {
		write(w, n.text.String(), "\n")
		return
	}
	g.writeText(w, n.text, indent)
}

// writeText ends a line with a text that wraps to the column where it began.
func (g *grid) writeText(w io.Writer, text cell, left int) {
	if g.width == 0 || left+text.width() <= g.width {
		write(w, text.String(), "\n")
		return
	}
	for i, line := range text.wrap(max(g.width-left, minWrap)) {
		if i > 0 {
			write(w, spaces(left))
		}
		write(w, line.String(), "\n")
	}
}

// minWrap is the minimum width of a text, even if there is no room.
const minWrap = 20

func labelWidth(notes []note) int {
	width := 0
	for _, n := range notes {
		width = max(width, columns.StringWidth(n.label))
	}
	return width
}

// write writes to memory, where nothing fails, or to a buffered writer, which keeps its
// first error until it is flushed.
func write(w io.Writer, texts ...string) {
	for _, text := range texts {
		_, _ = io.WriteString(w, text)
	}
}
