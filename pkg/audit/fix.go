package audit

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// Fix is what to do about a fault.
type Fix struct {
	// Advice is a clause in the imperative, without a period.
	Advice string
	// Command, if any, can be pasted into a shell.
	Command string
}

// Kubectl makes a command line. Arguments are quoted: some of them are the
// cluster's words. There is none of a word that no kubectl could take, or that
// it would take for an option which is none of ours: an owner's kind may be
// "--server=https://elsewhere".
func Kubectl(args ...string) string {
	words := append(make([]string, 0, 1+len(args)), "kubectl")
	for _, arg := range args {
		option, _, _ := strings.Cut(arg, "=")
		if strings.HasPrefix(arg, "-") && !slices.Contains(options, option) {
			return ""
		}
		word, err := quote(arg)
		if err != nil {
			return ""
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// options are all that a proposed command may have.
var options = []string{
	"-n", "-c", "-l", "-o", "--all-containers", "--docker-password", "--docker-server", "--docker-username", "--dry-run", "--filename", "--for", "--from", "--from-literal", "--hard", "--image", "--limits", "--max-unavailable", "--patch",
	"--previous", "--replicas", "--requests", "--selector", "--show-labels", "--tail", "--type",
}

// quote makes one shell word, in which a shell expands nothing: double quotes
// would leave it the history.
func quote(arg string) (string, error) {
	switch {
	case isPlainWord(arg):
		return arg, nil
	case utf8.ValidString(arg) && !strings.ContainsFunc(arg, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'", nil
	}
	// Only NUL cannot be quoted.
	return syntax.Quote(arg, syntax.LangBash)
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

// joinFixes makes one text of the fixes of several faults: each advice once,
// then one line of commands, as many as fit. A part of a command would be
// another command.
func joinFixes(faults []Fault) string {
	advice := distinct(faults, func(f Fault) string { return f.Fix.Advice })
	commands := distinct(faults, func(f Fault) string { return f.Fix.Command })
	text := report.Text(strings.Join(advice, "; "), report.MaxMessage)
	room := report.MaxMessage - utf8.RuneCountInString(text)
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

// distinct are the texts of faults, each once, without empty ones.
func distinct(faults []Fault, text func(Fault) string) []string {
	var texts []string
	for _, f := range faults {
		if t := text(f); t != "" && !slices.Contains(texts, t) {
			texts = append(texts, t)
		}
	}
	return texts
}
