package api

// Source is a line of a file, a URL or the standard input.
type Source struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// NotRead is a file, or a document in one, that could not be read.
type NotRead struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Replaced is an object in a file that a later one replaces.
type Replaced struct {
	Object Object `json:"object"`
	Source Source `json:"source"`
	// By is the later one.
	By Source `json:"by"`
}
