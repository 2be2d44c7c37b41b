package audit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Word is a word of a command line that the author of a check wrote. A constant
// in the code converts to it implicitly; a string from a cluster does not
// compile.
type Word string

// Command is a kubectl command line that can be pasted into a shell. The verb
// and the names of flags are Words. Operands and the values of flags may come
// from a cluster. They are quoted, and none can become a flag, as
// "--server=https://elsewhere" would in the place of an owner's kind. If a value
// cannot be shown safely, there is no command, and the fix says so. The zero
// Command is empty.
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

// On adds operands: the objects that the verb applies to.
func (c Command) On(operands ...string) Command {
	for _, operand := range operands {
		c.operands += c.separate(operand)
	}
	return c
}

// Of adds an operand before all others.
func (c Command) Of(operand string) Command {
	c.operands = c.separate(operand) + c.operands
	return c
}

// With adds flags as they are written.
func (c Command) With(flags ...Word) Command {
	c.flags += words(flags)
	return c
}

// Flag adds a flag and its value. If the name ends in "=", the value follows in
// the same word.
func (c Command) Flag(name Word, value string) Command {
	c.flags += c.flag(name, value)
	return c
}

// Reading gives the command text on its standard input.
func (c Command) Reading(text Word) Command {
	c.input = "echo" + words([]Word{text}) + " | "
	return c
}

// String returns the command line, or nothing.
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

// separate quotes a word of data that stands alone. A leading "-" is refused,
// because it would begin a flag.
func (c *Command) separate(word string) string {
	c.refused = c.refused || strings.HasPrefix(word, "-")
	return " " + c.quote(word)
}

// quote refuses characters that are not printable: a terminal or an editor may
// change them on the way to the shell.
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

// quoted makes one shell word in which the shell expands nothing. Within double
// quotes, it would still expand history.
func quoted(word string) string {
	if isPlainWord(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// isPlainWord reports whether a word needs no quotes in any shell, like most
// flags with values, names and images. zsh expands a word that starts with =.
func isPlainWord(word string) bool {
	for _, r := range word {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune("_./:=,@%+-", r) {
			return false
		}
	}
	return word != "" && word[0] != '='
}
