package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// linksAllowed reports whether names may be links: on a terminal where colors are
// allowed as well. The console of Linux would print them.
func linksAllowed(stream io.Writer, color colorFlag) bool {
	return terminalWidth(stream) > 0 && color.allows(stream) && os.Getenv("TERM") != "linux" && os.Getenv("FORCE_HYPERLINK") != "0"
}

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
