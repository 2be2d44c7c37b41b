package printers

// Options control how something is shown to a person.
type Options struct {
	// Width is the terminal's, in columns. 0 is no terminal: every row is one
	// line, and nothing is left out.
	Width int
	Color bool
	// Wide shows everything there is.
	Wide bool
	// ShowSuppressed lists what policy suppresses.
	ShowSuppressed bool
	NoHeaders      bool
	// Command is what the reader types to run the program, by default kubectl prodcheck.
	Command string
}
