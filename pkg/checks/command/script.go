// Package command reads what a container's command does, as far as its words
// show it: the shell script among them, and what that leaves in the background.
package command

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// shells are the programs that take a script with -c.
var shells = []string{"sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"}

// Script is the shell script in a container's command, "" if there is none: the
// argument that a shell gets with -c. Whatever starts another program (tini,
// env, gosu, an entrypoint) hands its arguments on, so the shell may stand
// anywhere. A script in a file of the image cannot be seen.
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

// scriptArgument reads a shell's arguments as the shell does: the script is not
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
			// A long option, --login for one.
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
