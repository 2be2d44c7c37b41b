package command

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"
)

// unnamed stands for a program whose name only the shell will know.
const unnamed = "a process"

// Background names the programs that a container's script starts and leaves
// behind: they can end while the container keeps running. A program that the
// script waits for, watches or ends itself is not left behind.
//
// nohup and setsid alone do not count: without & a shell waits for both. An
// invalid script starts nothing.
func Background(c *corev1.Container) []string {
	file := parse(c)
	if file == nil {
		return nil
	}
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	awaited := waitedForElsewhere(file)
	syntax.Walk(file, func(node syntax.Node) bool {
		for _, list := range statementLists(node) {
			for _, job := range leftBehind(list) {
				if job != awaited {
					add(nameOf(job))
				}
			}
		}
		switch n := node.(type) {
		case *syntax.CoprocClause:
			add(nameOf(n.Stmt))
		case *syntax.CallExpr:
			if name, ok := starter(literals(n)); ok {
				add(name)
			} else if name, ok := daemon(literals(n)); ok && goesOn(file, n) {
				add(name)
			}
		}
		return true
	})
	return names
}

// statementLists returns the lists of statements of which a node consists: a
// background statement is always in one.
func statementLists(node syntax.Node) [][]*syntax.Stmt {
	switch n := node.(type) {
	case *syntax.File:
		return [][]*syntax.Stmt{n.Stmts}
	case *syntax.Block:
		return [][]*syntax.Stmt{n.Stmts}
	case *syntax.Subshell:
		return [][]*syntax.Stmt{n.Stmts}
	case *syntax.CmdSubst:
		return [][]*syntax.Stmt{n.Stmts}
	case *syntax.ProcSubst:
		return [][]*syntax.Stmt{n.Stmts}
	case *syntax.IfClause:
		return [][]*syntax.Stmt{n.Cond, n.Then}
	case *syntax.WhileClause:
		return [][]*syntax.Stmt{n.Cond, n.Do}
	case *syntax.ForClause:
		return [][]*syntax.Stmt{n.Do}
	case *syntax.CaseItem:
		return [][]*syntax.Stmt{n.Stmts}
	}
	return nil
}

// preparing lists the shell commands that come before the one that matters: cd,
// in "cd /app && ./worker &".
var preparing = []string{
	":", "[", "cd", "echo", "eval", "export", "printf", "read", "set", "sleep", "test", "trap", "true", "ulimit",
	"umask", "wait",
}

// nameOf names the program of a statement.
func nameOf(stmt *syntax.Stmt) string {
	name := ""
	syntax.Walk(stmt, func(node syntax.Node) bool {
		call, ok := node.(*syntax.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		if found := programName(literals(call)); name == "" || slices.Contains(preparing, name) {
			name = found
		}
		return true
	})
	if name == "" {
		return unnamed
	}
	return name
}

// starters run another program in their place.
var starters = []string{"nohup", "setsid", "exec", "env", "nice", "command", "stdbuf"}

// programName returns the program of a command without its path, and without
// those that only start it.
func programName(words []string) string {
	for i, word := range words {
		name := path.Base(word)
		started := i == 0 || !strings.HasPrefix(word, "-") && !strings.Contains(word, "=") && !isNumber(word)
		if !started || slices.Contains(starters, name) && i < len(words)-1 {
			continue
		}
		if strings.Contains(name, unknown) {
			return unnamed
		}
		return name
	}
	return unnamed
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }
