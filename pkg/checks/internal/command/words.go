package command

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// unknown stands for the parts of a word that only the shell knows.
const unknown = "\x00"

// literals returns the words of a command as the shell will see them.
func literals(call *syntax.CallExpr) []string {
	words := make([]string, len(call.Args))
	for i, arg := range call.Args {
		words[i] = literal(arg.Parts)
	}
	return words
}

func literal(parts []syntax.WordPart) string {
	var b strings.Builder
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			b.WriteString(p.Value)
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			b.WriteString(literal(p.Parts))
		default:
			b.WriteString(unknown)
		}
	}
	return b.String()
}
