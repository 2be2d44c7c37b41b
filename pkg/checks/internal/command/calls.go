package command

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"
)

// wrappers only start another program. Unlike starters they are the first
// process of many containers.
var wrappers = []string{"tini", "dumb-init", "catatonit"}

// Calls returns the commands that a container runs when it starts, each as its
// words, from the program on: those of the shell script in its command, or the
// command itself. An invalid script calls nothing.
func Calls(c *corev1.Container) [][]string {
	if Script(c) == "" {
		if words := started(slices.Concat(c.Command, c.Args)); len(words) > 0 {
			return [][]string{words}
		}
		return nil
	}
	file := parse(c)
	if file == nil {
		return nil
	}
	var calls [][]string
	syntax.Walk(file, func(node syntax.Node) bool {
		if call, ok := node.(*syntax.CallExpr); ok {
			if words := started(literals(call)); len(words) > 0 {
				calls = append(calls, words)
			}
		}
		return true
	})
	return calls
}

// started returns the words, from the program on, with which a command ends: mvn,
// in "tini -- env A=b mvn package".
func started(words []string) []string {
	wrapped := false
	for i := 0; i < len(words); i++ {
		word := words[i]
		name := path.Base(word)
		switch {
		case name == "gosu" || name == "su-exec":
			// The user comes first.
			wrapped = true
			i++
		case slices.Contains(starters, name) || slices.Contains(wrappers, name):
			wrapped = true
		case !wrapped || !strings.HasPrefix(word, "-") && !strings.Contains(word, "=") && !isNumber(word):
			return words[i:]
		}
	}
	return nil
}
