package audit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Word is a word of a command line that the author of a check wrote: a constant
// in the code becomes one by itself, and a string from a cluster does not
// compile.
type Word string

// Command is a kubectl command line that can be pasted into a shell. Its verb
// and the names of its flags are Words. Operands and the values of flags may
// come from a cluster: they are quoted, and none can become a flag, as an
// owner's kind "--server=https://elsewhere" would. Where one cannot be shown
// safely, there is no command, and the fix says so. The zero Command is none.
type Command struct {
	input, namespace, verb, operands, flags string
	refused                                 bool
}

// Kubectl begins a command.
func Kubectl(verb ...Word) Command { return Command{verb: words(verb)} }

// In sets the namespace.
func (c Command) In(namespace string) Command {
	c.namespace = c.flag("-n", namespace)
	return c
}

// On adds operands: what the verb is applied to.
func (c Command) On(operands ...string) Command {
	for _, operand := range operands {
		c.operands += c.separate(operand)
	}
	return c
}

// Of is On, before all other operands.
func (c Command) Of(operand string) Command {
	c.operands = c.separate(operand) + c.operands
	return c
}

// With adds flags as they are written.
func (c Command) With(flags ...Word) Command {
	c.flags += words(flags)
	return c
}

// Flag adds a flag and its value. The value follows in the same word where the
// name ends in "=".
func (c Command) Flag(name Word, value string) Command {
	c.flags += c.flag(name, value)
	return c
}

// Reading gives the command something to read from its standard input.
func (c Command) Reading(text Word) Command {
	c.input = "echo" + words([]Word{text}) + " | "
	return c
}

// String is the command line, or nothing.
func (c Command) String() string {
	if c.verb == "" || c.refused {
		return ""
	}
	return c.input + "kubectl" + c.namespace + c.verb + c.operands + c.flags
}

func (c *Command) flag(name Word, value string) string {
	if strings.HasSuffix(string(name), "=") {
		return " " + c.quote(string(name)+value)
	}
	return " " + string(name) + c.separate(value)
}

// separate quotes a word of data that stands alone, where "-" would begin a flag.
func (c *Command) separate(word string) string {
	c.refused = c.refused || strings.HasPrefix(word, "-")
	return " " + c.quote(word)
}

// quote refuses what is not printable: a terminal or an editor may change it on
// the way to the shell.
func (c *Command) quote(word string) string {
	if !utf8.ValidString(word) || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsPrint(r) }) {
		c.refused = true
	}
	return quoted(word)
}

func words(all []Word) string {
	var line string
	for _, word := range all {
		line += " " + quoted(string(word))
	}
	return line
}

// quoted makes one shell word, in which a shell expands nothing: double quotes
// would leave it the history.
func quoted(word string) string {
	if isPlainWord(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// isPlainWord reports whether a word needs no quotes in any shell, as flags with
// values, names and images do. A word that starts with = is expanded by one.
func isPlainWord(word string) bool {
	for _, r := range word {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune("_./:=,@%+-", r) {
			return false
		}
	}
	return word != "" && word[0] != '='
}
