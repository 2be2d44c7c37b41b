package command

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"
)

// ShellInit is a script whose shell is the first process of its container.
type ShellInit struct {
	Shell string
	// Program is the last program of the script; some shells let it replace them.
	// It is empty if every shell stays until the end of the script.
	Program string
	// WithExec is the script with an exec before that program.
	WithExec string
}

// becoming lists programs that become the program that they start. An init, such
// as tini, stays, and does the work of a first process.
var becoming = []string{"env", "nice", "stdbuf", "nohup"}

// ShellAsInit returns a script that keeps the shell as the first process, and
// neither ends with exec nor handles signals itself; nil if there is none.
// Without a command the image's entrypoint comes first, which is not known.
func ShellAsInit(c *corev1.Container) *ShellInit {
	shell := firstProgram(c.Command)
	script := Script(c)
	file := parse(c)
	if !slices.Contains(shells, shell) || file == nil || len(file.Stmts) == 0 || replaced(file.Stmts) || traps(file) || !runs(file) {
		return nil
	}
	last := file.Stmts[len(file.Stmts)-1]
	call, simple := lastCall(last)
	if simple && len(file.Stmts) == 1 && last.Cmd == syntax.Command(call) {
		// One command alone.
		return nil
	}
	if !simple {
		return &ShellInit{Shell: shell}
	}
	at := call.Args[0].Pos().Offset()
	if at > 0 && script[at-1] == '$' {
		// The shell runs two of them as one.
		at--
	}
	return &ShellInit{
		Shell: shell, Program: programName(literals(call)), WithExec: script[:at] + "exec " + script[at:],
	}
}

// firstProgram returns the program that a command becomes.
func firstProgram(words []string) string {
	for _, word := range words {
		name := path.Base(word)
		if slices.Contains(shells, name) {
			return name
		}
		if !slices.Contains(becoming, name) && !strings.HasPrefix(word, "-") && !strings.Contains(word, "=") {
			break
		}
	}
	return ""
}

// lastCall returns the command with which a statement ends, if nothing but lists
// is above it: a && b.
func lastCall(stmt *syntax.Stmt) (*syntax.CallExpr, bool) {
	for !stmt.Background && !stmt.Negated && !stmt.Coprocess {
		switch cmd := stmt.Cmd.(type) {
		case *syntax.CallExpr:
			return cmd, len(cmd.Args) > 0 && !builtin(cmd)
		case *syntax.BinaryCmd:
			if cmd.Op != syntax.AndStmt && cmd.Op != syntax.OrStmt {
				return nil, false
			}
			stmt = cmd.Y
		default:
			return nil, false
		}
	}
	return nil, false
}

// builtin reports whether the shell itself runs a command.
func builtin(call *syntax.CallExpr) bool {
	words := literals(call)
	if words[0] == "command" && len(words) > 1 {
		// It only looks for a program.
		return words[1] == "-v" || words[1] == "-V"
	}
	return slices.Contains(builtins, words[0])
}

// builtins lists commands for which no program is started.
var builtins = []string{
	":", ".", "[", "alias", "bg", "break", "cd", "continue", "dirs", "disown", "echo", "eval", "exit", "false", "fg", "getopts",
	"hash", "jobs", "kill", "let", "mapfile", "popd", "printf", "pushd", "pwd", "read", "readarray", "return", "set", "shift",
	"shopt", "source", "test", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
}

// runs reports whether a script runs any program: if the shell does all the work,
// no program misses a signal.
func runs(file *syntax.File) bool {
	var functions []string
	found := false
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.FuncDecl:
			if n.Name != nil {
				functions = append(functions, n.Name.Value)
			}
		case *syntax.CallExpr:
			if len(n.Args) == 0 {
				break
			}
			switch name := literals(n)[0]; name {
			case ".", "eval", "source":
				// What these run is not in the script.
				found = true
			default:
				found = found || !builtin(n) && !slices.Contains(functions, name)
			}
		}
		return true
	})
	return found
}

// replaced reports whether a program replaces the shell in the end. If only some
// ways through the last statement do that, it counts as well.
func replaced(stmts []*syntax.Stmt) bool {
	for i, stmt := range stmts {
		call, simple := lastCall(stmt)
		if simple && execs(call) || i == len(stmts)-1 && execsSomewhere(stmt) {
			return true
		}
	}
	return false
}

func execs(call *syntax.CallExpr) bool {
	words := literals(call)
	return len(words) > 1 && words[0] == "exec"
}

// execsSomewhere leaves out commands that run in a subshell.
func execsSomewhere(stmt *syntax.Stmt) bool {
	found := false
	syntax.Walk(stmt, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.CallExpr:
			found = found || execs(n)
		case *syntax.Subshell, *syntax.CmdSubst, *syntax.ProcSubst, *syntax.FuncDecl:
			return false
		case *syntax.Stmt:
			return !n.Background
		case *syntax.BinaryCmd:
			return n.Op == syntax.AndStmt || n.Op == syntax.OrStmt
		}
		return true
	})
	return found
}

// traps reports whether the script handles the signal that ends a container.
func traps(file *syntax.File) bool {
	found := false
	syntax.Walk(file, func(node syntax.Node) bool {
		if call, ok := node.(*syntax.CallExpr); ok {
			words := literals(call)
			found = found || len(words) > 2 && words[0] == "trap" &&
				slices.ContainsFunc(words[2:], func(w string) bool { return w == "TERM" || w == "SIGTERM" || w == "15" || w == "EXIT" })
		}
		return true
	})
	return found
}
