package command

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"
)

// maxScript bounds the parser's recursion: a script can nest as deep as it is
// long, and anyone who may create a pod can write one.
const maxScript = 32 << 10

// unnamed stands for a program whose name only the shell will know.
const unnamed = "a process"

// Background names the programs that a container's script starts and leaves
// behind: they can end while the container goes on. A script that does nothing
// but wait for the one it started ends with it, and leaves nothing behind.
//
// nohup and setsid alone do not count: without & a shell waits for both. What
// is no valid script starts nothing.
func Background(c *corev1.Container) []string {
	script := Script(c)
	if script == "" || len(script) > maxScript {
		return nil
	}
	// Which shell sh is depends on the image. As bash, which most of them
	// resemble, fewer things are taken for a background: "&>" for one.
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(script), "")
	if err != nil {
		return nil
	}
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	syntax.Walk(file, func(node syntax.Node) bool {
		for _, list := range statementLists(node) {
			for _, job := range leftBehind(list) {
				add(nameOf(job))
			}
		}
		switch n := node.(type) {
		case *syntax.CoprocClause:
			add(nameOf(n.Stmt))
		case *syntax.CallExpr:
			if name, ok := daemon(literals(n)); ok {
				add(name)
			}
		}
		return true
	})
	return names
}

// statementLists are the lists of statements that a node consists of: a
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

// leftBehind are the background statements of a list whose end the shell would
// not notice: it does something else, or waits for several of them at once.
func leftBehind(list []*syntax.Stmt) []*syntax.Stmt {
	var left, pending []*syntax.Stmt
	for _, stmt := range list {
		if stmt.Background {
			pending = append(pending, stmt)
			continue
		}
		words := firstCall(stmt)
		switch {
		case len(words) > 0 && words[0] == "wait":
			// Plain wait ends when all have ended, wait -n with the first.
			if len(pending) > 1 && !slices.Contains(words, "-n") {
				left = append(left, pending...)
			}
			pending = nil
		case !passing(stmt):
			left = append(left, pending...)
			pending = nil
		}
	}
	return append(left, pending...)
}

// passing reports whether a statement is over at once, like those that prepare
// for a wait: trap, or pid=$!.
func passing(stmt *syntax.Stmt) bool {
	if _, ok := stmt.Cmd.(*syntax.DeclClause); ok {
		return true
	}
	if _, ok := stmt.Cmd.(*syntax.FuncDecl); ok {
		return true
	}
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok {
		return false
	}
	words := literals(call)
	return len(words) == 0 || slices.Contains([]string{"trap", "echo", "printf", "set", ":", "true"}, words[0])
}

// firstCall is the command that a statement runs first: wait, in
// "wait $pid || status=$?".
func firstCall(stmt *syntax.Stmt) []string {
	for {
		switch cmd := stmt.Cmd.(type) {
		case *syntax.CallExpr:
			return literals(cmd)
		case *syntax.BinaryCmd:
			stmt = cmd.X
		default:
			return nil
		}
	}
}

// daemon recognises the commands that put a program in the background by
// themselves, and names it.
func daemon(words []string) (name string, ok bool) {
	if len(words) < 2 {
		return "", false
	}
	program := path.Base(words[0])
	switch {
	case program == "setsid":
		return programName(words), words[1] == "-f" || words[1] == "--fork"
	case program == "start-stop-daemon":
		return program, slices.Contains(words, "-b") || slices.Contains(words, "--background")
	case program == "service" && len(words) > 2:
		return words[1], words[2] == "start"
	case program == "systemctl" && len(words) > 2:
		return words[2], words[1] == "start"
	case program == "pm2" || program == "forever":
		return program, words[1] == "start" && !slices.Contains(words, "--no-daemon")
	case program == "daemonize":
		return program, true
	case strings.HasPrefix(words[0], "/etc/init.d/"):
		return program, words[1] == "start"
	}
	return "", false
}

// preparing are the commands of the shell that stand before the one that
// matters: cd, in "cd /app && ./worker &".
var preparing = []string{
	":", "[", "cd", "echo", "eval", "export", "printf", "read", "set", "sleep", "test", "trap", "true", "ulimit",
	"umask", "wait",
}

// nameOf names the program that a statement is about.
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

// programName is the program of a command without its path, and without those
// that only start it.
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

// unknown stands for the parts of a word that only the shell knows.
const unknown = "\x00"

// literals are the words of a command as the shell will see them.
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
