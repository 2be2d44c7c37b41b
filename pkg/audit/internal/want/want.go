// Package want is how fixtures say what is found in them.
package want

import "regexp"

// Comment is "# want high `pattern`" at the end of a line: a finding of that
// severity, or of any, whose message the pattern matches.
var Comment = regexp.MustCompile("(?m)[ \t]*# want (?:([a-z]+) )?`([^`]*)`[ \t]*$")
