package audit

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Fix says how to remove a fault.
type Fix struct {
	// Advice is a clause in the imperative, without a period.
	Advice string
	// Command, if set, can be pasted into a shell.
	Command Command
}

// joinFixes joins the fixes of several faults: each advice once, then one line
// with as many commands as fit. It never cuts a command, because a part of it
// would be another command.
func joinFixes(faults []Fault) string {
	advice := distinct(faults, func(f *Fault) string { return f.Fix.Advice })
	commands := distinct(faults, func(f *Fault) string { return f.Fix.Command.String() })
	text := api.Text(strings.Join(advice, "; "), api.MaxMessage)
	if slices.ContainsFunc(faults, func(f Fault) bool { return f.Fix.Command.refused }) {
		text = api.Text(text, api.MaxMessage-len(noCommand)-len("…")) + noCommand
	}
	room := api.MaxMessage - utf8.RuneCountInString(text)
	const colon, and = ": ", " && "
	separator := colon
	for _, command := range commands {
		if text == "" {
			separator = ""
		}
		room -= len(separator) + utf8.RuneCountInString(command)
		if room < 0 {
			break
		}
		text += separator + command
		separator = and
	}
	return text
}

// noCommand ends the advice of a fix whose command was refused.
const noCommand = " (no command is shown: a name in it is not safe to paste)"

// distinct returns the texts of faults, each once, without empty ones.
func distinct(faults []Fault, text func(*Fault) string) []string {
	var texts []string
	for i := range faults {
		if t := text(&faults[i]); t != "" && !slices.Contains(texts, t) {
			texts = append(texts, t)
		}
	}
	return texts
}
