package command

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// job is a statement that runs in the background.
type job struct {
	stmt *syntax.Stmt
	// variable holds its process ID, empty if none is known.
	variable string
}

// jobs tracks the background jobs of one list of statements.
type jobs struct {
	running []job
	// left lists the programs whose end the shell would not notice.
	left []*syntax.Stmt
}

// leftBehind returns the background statements of a list whose end the shell
// would not notice: nothing waits for them, or it waits for several of them at
// once.
func leftBehind(list []*syntax.Stmt) []*syntax.Stmt {
	var j jobs
	for _, stmt := range list {
		if stmt.Background {
			j.running = append(j.running, job{stmt: stmt})
			continue
		}
		j.follow(stmt)
	}
	return append(j.left, statements(j.running)...)
}

func statements(jobs []job) []*syntax.Stmt {
	var all []*syntax.Stmt
	for _, job := range jobs {
		all = append(all, job.stmt)
	}
	return all
}

// follow applies what a statement in the foreground does about the jobs.
// Statements that run later, or in a subshell, do not count.
func (j *jobs) follow(stmt *syntax.Stmt) {
	syntax.Walk(stmt, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.FuncDecl, *syntax.Subshell, *syntax.CmdSubst, *syntax.ProcSubst:
			return false
		case *syntax.Stmt:
			return !n.Background
		case *syntax.Assign:
			j.remember(n)
		case *syntax.WhileClause:
			j.watch(n.Cond)
		case *syntax.CallExpr:
			j.call(n)
		}
		return true
	})
}

// remember records the variable that contains the ID of the latest job.
func (j *jobs) remember(a *syntax.Assign) {
	if len(j.running) > 0 && a.Name != nil && slices.Contains(parameters(a), "!") {
		j.running[len(j.running)-1].variable = a.Name.Value
	}
}

// watch removes the jobs for which a loop checks: while kill -0 $pid.
func (j *jobs) watch(condition []*syntax.Stmt) {
	for _, stmt := range condition {
		syntax.Walk(stmt, func(node syntax.Node) bool {
			call, ok := node.(*syntax.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			switch words := literals(call); {
			case words[0] == "kill" && slices.Contains(words, "-0"):
				j.drop(j.named(call))
			case slices.Contains([]string{"pgrep", "pidof"}, path.Base(words[0])):
				j.running = nil
			}
			return true
		})
	}
}

func (j *jobs) call(call *syntax.CallExpr) {
	if len(j.running) == 0 || len(call.Args) == 0 {
		return
	}
	switch words := literals(call); {
	case words[0] == "wait" || words[0] == "fg":
		j.await(call, words)
	case words[0] == "kill" && !slices.Contains(words, "-0"):
		j.drop(j.named(call))
	case stops(words) && len(j.running) == 1:
		j.running = nil
	}
}

// await applies wait: the script continues when the one job that it waits for
// ends, with wait -n when the first one does, but with wait alone only when all
// have ended.
func (j *jobs) await(call *syntax.CallExpr, words []string) {
	waited := j.named(call)
	switch {
	case len(waited) > 0:
	case words[0] == "fg":
		waited = j.running[len(j.running)-1:]
	default:
		waited = slices.Clone(j.running)
	}
	if !slices.Contains(words, "-n") {
		if len(waited) == 1 {
			j.drop(waited)
		}
		j.left = append(j.left, statements(j.running)...)
	}
	j.running = nil
}

// named returns the jobs to which the arguments of a command refer: $!, the
// variable with its ID, or %1.
func (j *jobs) named(call *syntax.CallExpr) []job {
	var named []job
	for _, arg := range call.Args[1:] {
		refers := parameters(arg)
		for i, job := range j.running {
			latest := i == len(j.running)-1
			if slices.Contains(refers, "!") && latest || job.variable != "" && slices.Contains(refers, job.variable) ||
				arg.Lit() == "%"+string(rune('1'+i)) {
				named = append(named, job)
			}
		}
	}
	return named
}

func (j *jobs) drop(jobs []job) {
	j.running = slices.DeleteFunc(slices.Clone(j.running), func(running job) bool { return slices.Contains(jobs, running) })
}

// parameters returns the names of the shell's variables in a node.
func parameters(node syntax.Node) []string {
	var names []string
	syntax.Walk(node, func(node syntax.Node) bool {
		if p, ok := node.(*syntax.ParamExp); ok && p.Param != nil {
			names = append(names, p.Param.Value)
		}
		return true
	})
	return names
}

// stops reports whether a command ends programs: mysqladmin shutdown.
func stops(words []string) bool {
	return slices.Contains([]string{"kill", "pkill", "killall"}, path.Base(words[0])) && !slices.Contains(words, "-0") ||
		slices.ContainsFunc(words[1:], func(word string) bool {
			word = strings.ToLower(word)
			return word == "stop" || word == "quit" || strings.Contains(word, "shutdown")
		})
}

// waitedForElsewhere returns the only background statement of a script, if
// another part of the script waits for it; nil otherwise. In a loop there would
// be many.
func waitedForElsewhere(file *syntax.File) *syntax.Stmt {
	var only *syntax.Stmt
	var apart []syntax.Node
	several, waits := false, false
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.Stmt:
			several = several || n.Background && only != nil
			if n.Background {
				only = n
			}
		case *syntax.WhileClause, *syntax.ForClause, *syntax.Subshell, *syntax.CmdSubst, *syntax.ProcSubst:
			apart = append(apart, n)
		}
		return true
	})
	if only == nil || several || slices.ContainsFunc(apart, func(n syntax.Node) bool { return within(n, only) }) {
		return nil
	}
	syntax.Walk(file, func(node syntax.Node) bool {
		if call, ok := node.(*syntax.CallExpr); ok && len(call.Args) > 0 && call.Pos().After(only.End()) {
			name := call.Args[0].Lit()
			waits = waits || name == "wait" || name == "fg"
		}
		_, later := node.(*syntax.FuncDecl)
		return !later || within(node, only)
	})
	if !waits {
		return nil
	}
	return only
}

func within(outer, inner syntax.Node) bool {
	return !inner.Pos().After(outer.End()) && !outer.Pos().After(inner.Pos())
}
