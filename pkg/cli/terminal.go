package cli

import (
	"io"
	"os"
	"slices"
	"strconv"

	"golang.org/x/term"
)

// linksAllowed reports whether names may be links: on a terminal that is known to show
// them, if colors are allowed as well. FORCE_HYPERLINK decides about others.
func linksAllowed(stream io.Writer, color colorFlag) bool {
	if terminalWidth(stream) == 0 || !color.allows(stream) {
		return false
	}
	if force, set := os.LookupEnv("FORCE_HYPERLINK"); set {
		return force != "" && force != "0"
	}
	return showsLinks(os.Getenv)
}

// firstVTE is the first version of VTE, the library of many terminals, that shows links
// without crashing: 0.50.1.
const firstVTE = 5001

// showsLinks recognizes terminals by the variables that they set. Nothing asks a terminal
// whether it shows links.
func showsLinks(getenv func(string) string) bool {
	vte, _ := strconv.Atoi(getenv("VTE_VERSION"))
	isSet := func(name string) bool { return getenv(name) != "" }
	return vte >= firstVTE || slices.ContainsFunc([]string{"WT_SESSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID", "DOMTERM"}, isSet) ||
		slices.Contains([]string{"iTerm.app", "WezTerm", "ghostty", "vscode", "Hyper", "rio"}, getenv("TERM_PROGRAM")) ||
		slices.Contains([]string{"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm"}, getenv("TERM"))
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
