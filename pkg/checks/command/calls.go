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
var wrappers = []string{"tini", "dumb-init", "catatonit", "gosu", "su-exec"}

// Calls are the commands that a container runs when it starts, each as its
// words, from the program on: those of the shell script in its command, or the
// command itself. What is no valid script calls nothing.
func Calls(c *corev1.Container) [][]string {
	script := Script(c)
	if script == "" {
		if words := started(slices.Concat(c.Command, c.Args)); len(words) > 0 {
			return [][]string{words}
		}
		return nil
	}
	if len(script) > maxScript {
		return nil
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(script), "")
	if err != nil {
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

// started are the words from the program on that a command ends up in: mvn, in
// "tini -- env A=b mvn package".
func started(words []string) []string {
	wrapped := false
	for i, word := range words {
		name := path.Base(word)
		if slices.Contains(starters, name) || slices.Contains(wrappers, name) {
			wrapped = true
			continue
		}
		if !wrapped || !strings.HasPrefix(word, "-") && !strings.Contains(word, "=") && !isNumber(word) {
			return words[i:]
		}
	}
	return nil
}
