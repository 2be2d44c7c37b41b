package audit

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Fix is what to do about a fault.
type Fix struct {
	// Advice is a clause in the imperative, without a period.
	Advice string
	// Command, if any, can be pasted into a shell.
	Command string
}

// Kubectl makes a command line. Arguments are quoted: some of them are the
// cluster's words.
func Kubectl(args ...string) string {
	words := []string{"kubectl"}
	for _, arg := range args {
		if plainWord.MatchString(arg) {
			words = append(words, arg)
			continue
		}
		quoted, err := syntax.Quote(arg, syntax.LangBash)
		if err != nil {
			// Only NUL cannot be quoted: no name may hold it, and no command
			// should be made of it.
			return ""
		}
		words = append(words, quoted)
	}
	return strings.Join(words, " ")
}

// plainWord needs no quotes in any shell: flags with values, names, images.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:=,@%+-]+$`)

// joinFixes makes one text of the fixes of several faults: each advice once,
// then one line of commands.
func joinFixes(faults []Fault) string {
	var advice, commands []string
	for _, f := range faults {
		if f.Fix.Advice != "" && !slices.Contains(advice, f.Fix.Advice) {
			advice = append(advice, f.Fix.Advice)
		}
		if f.Fix.Command != "" && !slices.Contains(commands, f.Fix.Command) {
			commands = append(commands, f.Fix.Command)
		}
	}
	text := strings.Join(advice, "; ")
	if len(commands) == 0 {
		return text
	}
	if text != "" {
		text += ": "
	}
	return text + strings.Join(commands, " && ")
}
