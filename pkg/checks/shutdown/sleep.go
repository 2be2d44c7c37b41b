package shutdown

import (
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/command"
)

// sleepOf returns how long a preStop hook sleeps at least, as far as its words
// show.
func sleepOf(h *corev1.LifecycleHandler) time.Duration {
	switch {
	case h.Sleep != nil:
		return seconds(float64(h.Sleep.Seconds))
	case h.Exec == nil || len(h.Exec.Command) == 0:
		return 0
	case path.Base(h.Exec.Command[0]) == "sleep":
		return sleepArguments(h.Exec.Command[1:])
	}
	return scriptSleeps(command.Script(&corev1.Container{Command: h.Exec.Command}))
}

// scriptSleeps adds up the sleeps of a script in which nothing fails, without
// those in conditions and loops. It is 0 for a script that cannot be parsed.
func scriptSleeps(script string) time.Duration {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(script), "")
	if err != nil {
		return 0
	}
	var total time.Duration
	for _, s := range file.Stmts {
		total = add(total, statementSleeps(s))
	}
	return total
}

func statementSleeps(s *syntax.Stmt) time.Duration {
	if s.Background {
		return 0
	}
	switch cmd := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		if cmd.Op == syntax.AndStmt {
			return add(statementSleeps(cmd.X), statementSleeps(cmd.Y))
		}
		return statementSleeps(cmd.X)
	case *syntax.CallExpr:
		var words []string
		for _, arg := range cmd.Args {
			words = append(words, arg.Lit())
		}
		if len(words) > 0 && path.Base(words[0]) == "sleep" {
			return sleepArguments(words[1:])
		}
	}
	return 0
}

// sleepArguments adds up the times that sleep takes: 15, 0.5, 1m, infinity.
func sleepArguments(args []string) time.Duration {
	var total time.Duration
	for _, arg := range args {
		total = add(total, sleepArgument(arg))
	}
	return total
}

func sleepArgument(arg string) time.Duration {
	unit := 1.0
	if n := len(arg); n > 1 {
		switch arg[n-1] {
		case 's':
			arg = arg[:n-1]
		case 'm':
			unit, arg = 60, arg[:n-1]
		case 'h':
			unit, arg = 3600, arg[:n-1]
		case 'd':
			unit, arg = 86400, arg[:n-1]
		}
	}
	n, err := strconv.ParseFloat(arg, 64)
	if err != nil || math.IsNaN(n) {
		return 0
	}
	return seconds(n * unit)
}

// longest stands for an endless sleep: no grace period is as long.
const longest = 365 * 24 * time.Hour

func seconds(n float64) time.Duration {
	return time.Duration(max(0, min(n, longest.Seconds())) * float64(time.Second))
}

func add(a, b time.Duration) time.Duration { return min(a+b, longest) }
