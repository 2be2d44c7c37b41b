package printers

// Options control how something is shown to a person.
type Options struct {
	// Width is the number of columns of the terminal. 0 means no terminal: every
	// row is one line, and nothing is left out.
	Width int
	Color bool
	// Links lead from the names of checks to their pages.
	Links bool
	// Wide shows everything.
	Wide bool
	// Show lists what is shown, by ShowKeys. If it is empty, the findings are, and with
	// Wide also those that policy suppresses.
	Show      []string
	NoHeaders bool
	// SortBy is one of SortKeys, empty for the order of the report: worst first.
	SortBy string
	// Command is the command that the reader types to run the program, by default
	// kubectl prodcheck.
	Command string
}
