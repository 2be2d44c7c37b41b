package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// usualWidth is for terminals that do not report their width.
const usualWidth = 80

// terminalWidth returns the number of columns, 0 if the stream is not a
// terminal.
func terminalWidth(stream io.Writer) int {
	file, isFile := stream.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		return usualWidth
	}
	return width
}
