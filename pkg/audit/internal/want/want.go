// Package want defines how a fixture says what a check finds in it.
package want

import "regexp"

// Comment matches "# want high `pattern`" at the end of a line: it expects a
// finding whose message matches the pattern, of that severity if one is given.
var Comment = regexp.MustCompile("(?m)[ \t]*# want (?:([a-z]+) )?`([^`]*)`[ \t]*$")
