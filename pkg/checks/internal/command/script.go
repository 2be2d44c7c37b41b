// Package command reads what a container's command does, as far as its words show
// it, including the shell script in it and the processes that this leaves in the
// background.
package command

import (
	"path"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"
)

// shells are the programs that take a script with -c.
var shells = []string{"sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"}

// Script returns the shell script in a container's command, "" if there is none:
// the argument that a shell gets with -c. A program that starts another one
// (tini, env, gosu, an entrypoint) passes its arguments on, so the shell may be
// anywhere in the command. A script in a file of the image cannot be seen.
func Script(c *corev1.Container) string {
	words := slices.Concat(c.Command, c.Args)
	for i, word := range words {
		if slices.Contains(shells, path.Base(word)) {
			if script := scriptArgument(words[i+1:]); script != "" {
				return script
			}
		}
	}
	return ""
}

// scriptArgument parses a shell's arguments as the shell does: the script is not
// what follows -c, but the first argument after all options.
func scriptArgument(args []string) string {
	inline := false
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--" || arg == "-":
			if inline && len(args) > 0 {
				return args[0]
			}
			return ""
		case strings.HasPrefix(arg, "--"):
			// A long option, for example --login.
		case strings.HasPrefix(arg, "-") || strings.HasPrefix(arg, "+"):
			inline = inline || arg[0] == '-' && strings.Contains(arg, "c")
			// -o pipefail, also within -euo: each takes a word.
			values := strings.Count(arg, "o") + strings.Count(arg, "O")
			args = args[min(values, len(args)):]
		case inline:
			return arg
		default:
			return ""
		}
	}
	return ""
}

// maxScript limits the parser's recursion: a script can nest as deep as it is
// long, and anyone who may create a pod can write one.
const maxScript = 32 << 10

// parse parses the script in a container's command; nil without one, or if it is
// invalid.
//
// Which shell sh is depends on the image. As bash, which most of them resemble,
// fewer constructs are mistaken for background processes, for example "&>".
func parse(c *corev1.Container) *syntax.File {
	script := Script(c)
	if script == "" || len(script) > maxScript {
		return nil
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(expanded(c, script)), "")
	if err != nil {
		return nil
	}
	return file
}

// kubeletReference is a variable that the kubelet puts into a command.
var kubeletReference = regexp.MustCompile(`\$\$|\$\([A-Za-z_][A-Za-z0-9_.-]*\)`)

// expanded writes $(NAME), which the kubelet replaces before any shell sees it,
// as a variable of the shell, and $$ as the $ that it leaves, in as many bytes.
// Names in capitals are assumed to be variables from elsewhere, not programs.
func expanded(c *corev1.Container, script string) string {
	return kubeletReference.ReplaceAllStringFunc(script, func(text string) string {
		if text == "$$" {
			return " $"
		}
		name := text[len("$(") : len(text)-len(")")]
		if name != strings.ToUpper(name) && !slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == name }) {
			return text
		}
		return "${" + strings.NewReplacer(".", "_", "-", "_").Replace(name) + "}"
	})
}
